# %% mutant: dimension_lost
"""The reduced dimensions are not kept."""

mean = average(dims, x)
normed = x - mean
var = average(dims, normed, normed)
inverse = 1 / np.sqrt(var + eps)
return normed * inverse, mean.squeeze(), var.squeeze(), inverse.squeeze()

# %% mutant: divided_by_n_minus_1
"""The variance is divided by n - 1."""

mean = average(dims, x)
normed = x - mean
count = math.prod(x.shape[d] for d in dims)
var = average(dims, normed, normed) * (count / max(count - 1, 1))
inverse = 1 / np.sqrt(var + eps)
return normed * inverse, mean, var, inverse

# %% mutant: eps_outside_the_root
"""eps is added to the deviation."""

mean = average(dims, x)
normed = x - mean
var = average(dims, normed, normed)
inverse = 1 / (np.sqrt(var) + eps)
return normed * inverse, mean, var, inverse

# %% mutant: last_dimension_always
"""Layer norm over the last dimension, whatever `dims` says."""

mean = x.mean(-1, keepdims=True)
var = x.var(-1, keepdims=True)
inverse = 1 / np.sqrt(var + eps)
return (x - mean) * inverse, mean, var, inverse

# %% mutant: mean_left_in
"""The values are divided, but the mean stays."""

mean = average(dims, x)
var = average(dims, x - mean, x - mean)
inverse = 1 / np.sqrt(var + eps)
return x * inverse, mean, var, inverse

# %% mutant: over_the_batch
"""The statistics run over the batch, whatever `dims` says."""

mean = x.mean(0, keepdims=True)
var = x.var(0, keepdims=True)
inverse = 1 / np.sqrt(var + eps)
return (x - mean) * inverse, mean, var, inverse

# %% mutant: squares_less_square
"""The mean of squares less the square of the mean: digits are lost far from 0."""

mean = average(dims, x)
var = average(dims, x, x) - mean * mean
inverse = 1 / np.sqrt(np.maximum(var, 0) + eps)
return (x - mean) * inverse, mean, var, inverse

# %% mutant: widened
"""A NumPy number as eps makes everything float64."""

mean = average(dims, x)
var = average(dims, x - mean, x - mean)
inverse = 1 / np.sqrt(var + np.float64(eps))
return (x - mean) * inverse, mean, var, inverse

# %% mutant: x_changed
"""The mean is taken out of the caller's array."""

mean = average(dims, x)
x -= mean
var = average(dims, x, x)
inverse = 1 / np.sqrt(var + eps)
return x * inverse, mean, var, inverse

# %% alternative: numpys_own
"""With NumPy's mean and var."""

mean = x.mean(axis=dims, keepdims=True)
var = x.var(axis=dims, keepdims=True)
inverse = (var + eps) ** -0.5
return (x - mean) * inverse, mean, var, inverse

# %% alternative: squares
"""The squares as an array."""

mean = np.mean(x, axis=dims, keepdims=True)
centred = x - mean
var = np.mean(centred * centred, axis=dims, keepdims=True)
deviation = np.sqrt(var + eps)
return centred / deviation, mean, var, 1 / deviation
