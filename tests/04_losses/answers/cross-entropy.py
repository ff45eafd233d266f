# %% mutant: averaged
"""One mean for all rows."""

old = "return np.log(row_sums(e)) - picked, e"
new = "return np.mean(np.log(row_sums(e)) - picked), e"

# %% mutant: columns
"""Whole columns are picked."""

old = "picked = e[np.arange(len(x)), target]"
new = "picked = e[:, target]"

# %% mutant: global_max
"""The largest of the whole batch, not of each row."""

old = "e = x - np.max(x, axis=1, keepdims=True)"
new = "e = x - np.max(x, initial=-np.inf)"

# %% mutant: in_place
"""The logits are overwritten."""

x -= np.max(x, axis=1, keepdims=True)
e = np.exp(x)
return np.log(row_sums(e)) - x[np.arange(len(x)), target], e

# %% mutant: log_of_softmax
"""The logarithm of the softmax: infinite where the probability became 0."""

e = np.exp(x - np.max(x, axis=1, keepdims=True))
with np.errstate(all="ignore"):
    return 0 - np.log((e / row_sums(e)[:, None])[np.arange(len(x)), target]), e

# %% mutant: naive
"""The largest logit is not taken out."""

e = np.exp(x)
return np.log(row_sums(e)) - x[np.arange(len(x)), target], e

# %% mutant: naive_losses
"""The largest logit is taken out of what is saved, not of the losses."""

losses = np.log(row_sums(np.exp(x))) - x[np.arange(len(x)), target]
return losses, np.exp(x - np.max(x, axis=1, keepdims=True))

# %% mutant: picked_too_early
"""The logit is picked before the largest is taken out."""

e = np.exp(x - np.max(x, axis=1, keepdims=True))
return np.log(row_sums(e)) - x[np.arange(len(x)), target], e

# %% mutant: sign_lost
"""The log-likelihood, without its minus sign."""

old = "return np.log(row_sums(e)) - picked, e"
new = "return picked - np.log(row_sums(e)), e"

# %% mutant: softmax_saved
"""The softmax is saved in place of the exponentials."""

old = "return np.log(row_sums(e)) - picked, e"
new = "return np.log(row_sums(e)) - picked, e / row_sums(e)[:, None]"

# %% mutant: softmax_twice
"""The softmax is taken of a softmax."""

e = np.exp(x - np.max(x, axis=1, keepdims=True))
p = e / row_sums(e)[:, None]
return np.log(row_sums(np.exp(p))) - p[np.arange(len(x)), target], e

# %% alternative: by_log_softmax
"""The logarithms of all probabilities first."""

shifted = x - x.max(axis=1, keepdims=True)
e = np.exp(shifted)
log_p = shifted - np.log(e.sum(axis=1, keepdims=True))
return 0 - log_p[np.arange(len(x)), target], e

# %% alternative: take_along_axis
"""With take_along_axis, and the largest logit added again."""

largest = x.max(axis=1)
e = np.exp(x - largest[:, None])
picked = np.take_along_axis(x, target[:, None], axis=1)[:, 0]
return (largest - picked) + np.log(e.sum(axis=1)), e
