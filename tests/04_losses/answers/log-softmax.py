# %% mutant: epsilon_added
"""A small number keeps the logarithm finite, and its value wrong."""

e = np.exp(x - np.max(x, axis=dim, keepdims=True))
return np.log(e / np.sum(e, axis=dim, keepdims=True) + x.dtype.type(1e-12))

# %% mutant: global_max
"""The largest of the whole table, not of each row."""

old = "shifted = x - np.max(x, axis=dim, keepdims=True)"
new = "shifted = x - np.max(x)"

# %% mutant: in_place
"""The logits are overwritten."""

x -= np.max(x, axis=dim, keepdims=True)
x -= np.log(np.sum(np.exp(x), axis=dim, keepdims=True))
return x

# %% mutant: largest_added_again
"""The logarithm of the sum with the largest logit added again, which costs it its last digits."""

largest = np.max(x, axis=dim, keepdims=True)
return x - (largest + np.log(np.sum(np.exp(x - largest), axis=dim, keepdims=True)))

# %% mutant: last_dim
"""Always along the last dimension."""

shifted = x - np.max(x, axis=-1, keepdims=True)
return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))

# %% mutant: log_of_softmax
"""The logarithm of a stable softmax: minus infinity where a probability became 0."""

e = np.exp(x - np.max(x, axis=dim, keepdims=True))
with np.errstate(all="ignore"):
    return np.log(e / np.sum(e, axis=dim, keepdims=True))

# %% mutant: naive
"""The largest logit is not taken out."""

return x - np.log(np.sum(np.exp(x), axis=dim, keepdims=True))

# %% mutant: dimension_lost
"""The reduced dimension is not kept: a ValueError of NumPy, as (2, 3) and (2,) do not broadcast."""

shifted = x - np.max(x, axis=dim)
return shifted - np.log(np.sum(np.exp(shifted), axis=dim))

# %% mutant: sum_not_logged
"""The sum of the exponentials is taken off, not its logarithm."""

old = "return shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))"
new = "return shifted - np.sum(np.exp(shifted), axis=dim, keepdims=True)"

# %% mutant: sum_forgotten
"""Only the largest logit is taken off."""

return x - np.max(x, axis=dim, keepdims=True)

# %% mutant: clipped
"""The logits are clipped to what exp can take."""

shifted = np.maximum(x - np.max(x, axis=dim, keepdims=True), -80)
return shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))

# %% mutant: shifted_once
"""The largest logit is taken out of the sum, but not of the logits."""

shifted = x - np.max(x, axis=dim, keepdims=True)
return x - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))

# %% mutant: softmax
"""The softmax, without its logarithm."""

e = np.exp(x - np.max(x, axis=dim, keepdims=True))
return e / np.sum(e, axis=dim, keepdims=True)

# %% edge: transposed_for_dim_0
"""Along dim 0 by way of the transpose, along any other dim as along the last."""

z = x.T if dim == 0 else x
shifted = z - np.max(z, axis=-1, keepdims=True)
out = shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))
return out.T if dim == 0 else out

# %% alternative: in_place
"""In arrays of its own, changed in place."""

out = x - x.max(axis=dim, keepdims=True)
e = np.exp(out)
out -= np.log(e.sum(axis=dim, keepdims=True))
return out

# %% alternative: logaddexp
"""The sum by NumPy's logaddexp, of logits less the largest."""

shifted = x - np.expand_dims(x.max(axis=dim), dim)
return shifted - np.logaddexp.reduce(shifted, axis=dim, keepdims=True)

# %% alternative: log_sum_exp
"""The logarithm of the sum first, with the largest logit taken off before."""

largest = x.max(axis=dim, keepdims=True)
total = np.exp(x - largest).sum(axis=dim, keepdims=True)
return (x - largest) - np.log(total)
