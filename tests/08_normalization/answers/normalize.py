# %% edge: always_float32
"""Everything is made float32 at the end: digits of a float64 are lost."""

old = "return normed, mean, var, inverse"
new = "return tuple(part.astype(np.float32) for part in (normed, mean, var, inverse))"

# %% mutant: axis_without_keepdims
"""NumPy's mean without `keepdims`: the shapes do not meet (ValueError), or meet in a wrong way."""

mean = x.mean(axis=dims)
normed = x - mean
var = (normed**2).mean(axis=dims)
inverse = 1 / np.sqrt(var + eps)
return normed * inverse, mean, var, inverse

# %% mutant: deviation_for_inverse
"""The deviation is handed out in place of its inverse."""

old = "return normed, mean, var, inverse"
new = "return normed, mean, var, 1 / inverse"

# %% mutant: deviation_for_variance
"""NumPy's std stands where the variance is asked for."""

old = "return normed, mean, var, inverse"
new = "return normed, mean, np.sqrt(var), inverse"

# %% mutant: dimension_lost
"""The reduced dimensions are not kept."""

old = "return normed, mean, var, inverse"
new = "return normed, mean.squeeze(), var.squeeze(), inverse.squeeze()"

# %% mutant: divided_by_n_minus_1
"""The variance is divided by n - 1."""

old = "var = average(dims, normed, normed)"
new = """\
count = math.prod(x.shape[d] for d in dims)
var = average(dims, normed, normed) * (count / max(count - 1, 1))"""

# %% mutant: eps_missing
"""No eps: a constant row divides by 0."""

old = "inverse = 1 / np.sqrt(var + eps)"
new = "inverse = 1 / np.sqrt(var)"

# %% mutant: eps_outside_the_root
"""eps is added to the deviation."""

old = "inverse = 1 / np.sqrt(var + eps)"
new = "inverse = 1 / (np.sqrt(var) + eps)"

# %% mutant: last_dimension_always
"""Layer norm over the last dimension, whatever `dims` says."""

old = "mean = average(dims, x)"
new = """\
dims = (x.ndim - 1,)
mean = average(dims, x)"""

# %% mutant: mean_left_in
"""The values are divided, but the mean stays."""

old = "normed *= inverse"
new = "normed = x * inverse"

# %% mutant: over_the_batch
"""The statistics run over the batch, whatever `dims` says."""

old = "mean = average(dims, x)"
new = """\
dims = (0,)
mean = average(dims, x)"""

# %% mutant: squares_less_square
"""The mean of squares less the square of the mean: digits are lost far from 0."""

old = "var = average(dims, normed, normed)"
new = "var = average(dims, x, x) - mean * mean"
old = "inverse = 1 / np.sqrt(var + eps)"
new = "inverse = 1 / np.sqrt(np.maximum(var, 0) + eps)"

# %% mutant: widened
"""A NumPy number as eps makes everything float64."""

old = "inverse = 1 / np.sqrt(var + eps)"
new = "inverse = 1 / np.sqrt(var + np.float64(eps))"
old = "normed *= inverse"
new = "normed = normed * inverse"

# %% mutant: x_changed
"""The mean is subtracted from the caller's array."""

old = "normed = x - mean"
new = """\
x -= mean
normed = x.copy()"""

# %% alternative: numpys_own
"""With NumPy's mean and var."""

mean = x.mean(axis=dims, keepdims=True)
var = x.var(axis=dims, keepdims=True)
inverse = (var + eps) ** -0.5
return (x - mean) * inverse, mean, var, inverse

# %% alternative: squares
"""The squares as an array, and a list for the results."""

mean = np.mean(x, axis=dims, keepdims=True)
centered = x - mean
var = np.mean(centered * centered, axis=dims, keepdims=True)
deviation = np.sqrt(var + eps)
return [centered / deviation, mean, var, np.reciprocal(deviation)]
