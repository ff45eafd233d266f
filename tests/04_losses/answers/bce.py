# %% mutant: clipped
"""Probabilities are clipped, so losses stop at 16."""

old = """\
rest = np.log1p(e)
yes, no = np.maximum(-x, 0) + rest, np.maximum(x, 0) + rest"""
new = """\
p = np.where(x >= 0, 1 / (1 + e), e / (1 + e))
p = np.clip(p, 1e-7, 1 - 1e-7).astype(x.dtype)
yes, no = -np.log(p), -np.log(1 - p)"""

# %% mutant: log_of_sigmoid
"""The logarithm of a sigmoid: infinite where it rounds to 0 or 1."""

old = """\
rest = np.log1p(e)
yes, no = np.maximum(-x, 0) + rest, np.maximum(x, 0) + rest"""
new = """\
p = np.where(x >= 0, 1, e) / (1 + e)
with np.errstate(all="ignore"):
    yes, no = -np.log(p), -np.log(1 - p)"""

# %% mutant: rounded_sum
"""log(1 + e) in place of log1p(e): 1 + exp(-20) rounds to 1."""

old = "rest = np.log1p(e)"
new = "rest = np.log(1 + e)"

# %% mutant: no_forgotten
"""Only the term of the answer yes."""

old = "losses = pos_weight * t * yes + (1 - t) * no"
new = "losses = pos_weight * t * yes"

# %% mutant: overflow
"""log(1 + exp(x)), as the formula of the softplus stands."""

old = """\
rest = np.log1p(e)
yes, no = np.maximum(-x, 0) + rest, np.maximum(x, 0) + rest"""
new = """\
with np.errstate(all="ignore"):
    yes, no = np.log1p(np.exp(-x)), np.log1p(np.exp(x))"""

# %% mutant: large_part_forgotten
"""Only log(1 + exp(-abs(x))), without the large part."""

old = "yes, no = np.maximum(-x, 0) + rest, np.maximum(x, 0) + rest"
new = "yes, no = rest, rest"

# %% mutant: pos_weight_by_rounding
"""pos_weight counts for targets of 1 only, not for those between."""

old = "losses = pos_weight * t * yes + (1 - t) * no"
new = "losses = np.where(t == 1, pos_weight * yes, t * yes + (1 - t) * no).astype(x.dtype)"

# %% mutant: targets_rounded
"""The answer is either yes or no: targets between them are taken for no."""

old = "losses = pos_weight * t * yes + (1 - t) * no"
new = "losses = np.where(t == 1, pos_weight * yes, no).astype(x.dtype)"

# %% mutant: pos_weight_lost
"""pos_weight is not used."""

old = "losses = pos_weight * t * yes + (1 - t) * no"
new = "losses = t * yes + (1 - t) * no"

# %% mutant: pos_weight_on_both
"""pos_weight counts for both answers."""

old = "losses = pos_weight * t * yes + (1 - t) * no"
new = "losses = pos_weight * (t * yes + (1 - t) * no)"

# %% mutant: pos_weight_on_no
"""pos_weight counts for the answer no."""

old = "losses = pos_weight * t * yes + (1 - t) * no"
new = "losses = t * yes + pos_weight * (1 - t) * no"

# %% mutant: saved_sigmoid
"""The sigmoid is returned in place of the exponentials."""

old = "return reduced(losses, reduction), e"
new = "return reduced(losses, reduction), np.where(x >= 0, 1, e) / (1 + e)"

# %% mutant: sign_lost
"""The sign is lost: negative losses."""

old = "return reduced(losses, reduction), e"
new = "return reduced(-losses, reduction), e"

# %% mutant: targets_swapped
"""Yes and no are swapped."""

old = "losses = pos_weight * t * yes + (1 - t) * no"
new = "losses = (1 - t) * yes + pos_weight * t * no"

# %% mutant: weight_lost
"""weight is not used."""

old = """\
if weight is not None:
    losses = losses * weight
"""
new = ""

# %% mutant: weighted_afterwards
"""The weight multiplies what is left after the reduction."""

old = """\
if weight is not None:
    losses = losses * weight
return reduced(losses, reduction), e"""
new = "return reduced(losses, reduction) * (1 if weight is None else weight), e"

# %% mutant: weighted_mean
"""The mean divides by the weights, not by the number of values."""

old = "return reduced(losses, reduction), e"
new = """\
if weight is not None and reduction == "mean":
    return np.sum(losses) / np.sum(weight), e
return reduced(losses, reduction), e"""

# %% mutant: not_reduced
"""The losses are returned as they are, whatever the reduction."""

old = "return reduced(losses, reduction), e"
new = "return losses, e"

# %% edge: rows_counted
"""The mean divides by the number of rows: that of the values where there is one column."""

old = "return reduced(losses, reduction), e"
new = """\
if reduction == "mean":
    return np.sum(losses) / len(losses), e
return reduced(losses, reduction), e"""

# %% alternative: logaddexp
"""The softplus by NumPy's logaddexp, and the weight always."""

zero = np.zeros_like(x)
yes, no = np.logaddexp(zero, -x), np.logaddexp(zero, x)
losses = (pos_weight * t * yes + (1 - t) * no) * (1 if weight is None else weight)
if reduction == "none":
    return losses, np.exp(-np.abs(x))
return losses.mean() if reduction == "mean" else losses.sum(), np.exp(-np.abs(x))

# %% alternative: one_softplus
"""PyTorch's form: (1 - t) x plus a weighted softplus of -x."""

e = np.exp(-np.abs(x))
softplus = np.log1p(e) + np.maximum(-x, 0)
losses = (1 - t) * x + (1 + (pos_weight - 1) * t) * softplus
return reduced(losses if weight is None else losses * weight, reduction), e
