# %% mutant: averaged
"""One mean for all rows, before they are scaled."""

old = "losses = np.log(row_sums(e)) - picked"
new = "losses = np.mean(np.log(row_sums(e)) - picked)"

# %% mutant: columns
"""Whole columns are picked."""

old = "picked = e[np.arange(len(x)), target]"
new = "picked = e[:, target]"

# %% mutant: exponentials_picked
"""The exponential of the right class is picked, not its logit."""

old = """\
picked = e[np.arange(len(x)), target]  # (n,)
np.exp(e, out=e)"""
new = """\
np.exp(e, out=e)
picked = e[np.arange(len(x)), target]"""

# %% mutant: global_max
"""The largest of the whole batch, not of each row."""

old = "e = x - np.max(x, axis=1, keepdims=True)"
new = "e = x - np.max(x, initial=-np.inf)"

# %% mutant: in_place
"""The logits are overwritten."""

old = "e = x - np.max(x, axis=1, keepdims=True)"
new = """\
x -= np.max(x, axis=1, keepdims=True)
e = x.copy()"""

# %% mutant: log_of_softmax
"""The logarithm of the softmax: infinite where the probability became 0."""

e = np.exp(x - np.max(x, axis=1, keepdims=True))
with np.errstate(all="ignore"):
    losses = 0 - np.log((e / row_sums(e)[:, None])[np.arange(len(x)), target])
return scaled(losses, scale, reduction), e

# %% mutant: naive
"""The largest logit is not taken out."""

e = np.exp(x)
losses = np.log(row_sums(e)) - x[np.arange(len(x)), target]
return scaled(losses, scale, reduction), e

# %% mutant: naive_losses
"""The largest logit is taken out of what is saved, not of the losses."""

losses = np.log(row_sums(np.exp(x))) - x[np.arange(len(x)), target]
return scaled(losses, scale, reduction), np.exp(x - np.max(x, axis=1, keepdims=True))

# %% mutant: picked_too_early
"""The logit is picked before the largest is taken out."""

old = "picked = e[np.arange(len(x)), target]"
new = "picked = x[np.arange(len(x)), target]"

# %% mutant: scale_ignored
"""The reduction is made, the scale is not."""

old = "return scaled(losses, scale, reduction), e"
new = "return reduced(losses, reduction), e"

# %% mutant: divided_again
"""A mean is divided by n, though the scale does that already."""

old = "return scaled(losses, scale, reduction), e"
new = 'return scaled(losses, scale, reduction) / (len(x) if reduction == "mean" else 1), e'

# %% mutant: sign_lost
"""The log-likelihood, without its minus sign."""

old = "losses = np.log(row_sums(e)) - picked"
new = "losses = picked - np.log(row_sums(e))"

# %% mutant: softmax_saved
"""The softmax is saved in place of the exponentials."""

old = "return scaled(losses, scale, reduction), e"
new = "return scaled(losses, scale, reduction), e / row_sums(e)[:, None]"

# %% mutant: softmax_twice
"""The softmax is taken of a softmax."""

e = np.exp(x - np.max(x, axis=1, keepdims=True))
p = e / row_sums(e)[:, None]
losses = np.log(row_sums(np.exp(p))) - p[np.arange(len(x)), target]
return scaled(losses, scale, reduction), e

# %% edge: one_hot_product
"""The right logit by a product with one-hot rows: 0 times minus infinity is NaN."""

old = "picked = e[np.arange(len(x)), target]"
new = "picked = np.sum(e * np.eye(x.shape[1], dtype=x.dtype)[target], axis=1)"

# %% edge: zero_times_infinity
"""A plain product with the scale: a row that counts 0 and has an infinite loss makes NaN."""

old = "return scaled(losses, scale, reduction), e"
new = """\
losses = losses * np.asarray(scale, x.dtype)
return losses if reduction == "none" else np.sum(losses), e"""

# %% alternative: by_log_softmax
"""The logarithms of all probabilities first."""

shifted = x - x.max(axis=1, keepdims=True)
e = np.exp(shifted)
log_p = shifted - np.log(e.sum(axis=1, keepdims=True))
return scaled(0 - log_p[np.arange(len(x)), target], scale, reduction), e

# %% alternative: take_along_axis
"""With take_along_axis, and the largest logit added again."""

largest = x.max(axis=1)
e = np.exp(x - largest[:, None])
picked = np.take_along_axis(x, target[:, None], axis=1)[:, 0]
return scaled((largest - picked) + np.log(e.sum(axis=1)), scale, reduction), e

# %% alternative: scaled_by_hand
"""The scale and the reduction without the given function."""

e = np.exp(x - np.max(x, axis=1, keepdims=True))
picked = (x - np.max(x, axis=1, keepdims=True))[np.arange(len(x)), target]
losses = np.log(np.sum(e, axis=1)) - picked
scale = np.full(len(x), scale, x.dtype) if np.ndim(scale) == 0 else scale
losses = np.where(scale == 0, 0, losses) * scale
return (losses if reduction == "none" else losses.sum()), e
