# %% mutant: clipped
"""Probabilities are clipped, so losses stop at 16."""

e = np.exp(-np.abs(x))
p = np.clip(np.where(x >= 0, 1 / (1 + e), e / (1 + e)), 1e-7, 1 - 1e-7).astype(x.dtype)
return -pos_weight * t * np.log(p) - (1 - t) * np.log(1 - p), e

# %% mutant: log_of_sigmoid
"""The logarithm of a sigmoid: infinite where it rounds to 0 or 1."""

e = np.exp(-np.abs(x))
with np.errstate(all="ignore"):
    p = np.where(x >= 0, 1 / (1 + e), e / (1 + e))
    return -pos_weight * t * np.log(p) - (1 - t) * np.log(1 - p), e

# %% mutant: no_forgotten
"""Only the term of the answer yes."""

e = np.exp(-np.abs(x))
return pos_weight * t * (np.maximum(-x, 0) + np.log1p(e)), e

# %% mutant: overflow
"""log(1 + exp(x)), as the formula of the softplus stands."""

with np.errstate(all="ignore"):
    yes, no = np.log1p(np.exp(-x)), np.log1p(np.exp(x))
    return pos_weight * t * yes + (1 - t) * no, np.exp(-np.abs(x))

# %% mutant: pos_weight_by_rounding
"""pos_weight counts for targets of 1 only, not for those between."""

old = "return pos_weight * t * yes + (1 - t) * no, e"
new = "return np.where(t == 1, pos_weight * yes, t * yes + (1 - t) * no).astype(x.dtype), e"

# %% mutant: pos_weight_lost
"""pos_weight is not used."""

old = "return pos_weight * t * yes + (1 - t) * no, e"
new = "return t * yes + (1 - t) * no, e"

# %% mutant: pos_weight_on_both
"""pos_weight counts for both answers."""

old = "return pos_weight * t * yes + (1 - t) * no, e"
new = "return pos_weight * (t * yes + (1 - t) * no), e"

# %% mutant: pos_weight_on_no
"""pos_weight counts for the answer no."""

old = "return pos_weight * t * yes + (1 - t) * no, e"
new = "return t * yes + pos_weight * (1 - t) * no, e"

# %% mutant: saved_sigmoid
"""The sigmoid is returned in place of the exponentials."""

old = "return pos_weight * t * yes + (1 - t) * no, e"
new = "return pos_weight * t * yes + (1 - t) * no, np.where(x >= 0, 1, e) / (1 + e)"

# %% mutant: sign_lost
"""The sign is lost: negative losses."""

old = "return pos_weight * t * yes + (1 - t) * no, e"
new = "return -pos_weight * t * yes - (1 - t) * no, e"

# %% mutant: targets_swapped
"""Yes and no are swapped."""

old = "return pos_weight * t * yes + (1 - t) * no, e"
new = "return (1 - t) * yes + pos_weight * t * no, e"

# %% alternative: logaddexp
"""The softplus by NumPy's logaddexp."""

zero = np.zeros_like(x)
yes, no = np.logaddexp(zero, -x), np.logaddexp(zero, x)
return pos_weight * t * yes + (1 - t) * no, np.exp(-np.abs(x))

# %% alternative: one_softplus
"""PyTorch's form: (1 - t) x plus a weighted softplus of -x."""

e = np.exp(-np.abs(x))
softplus = np.log1p(e) + np.maximum(-x, 0)
return (1 - t) * x + (1 + (pos_weight - 1) * t) * softplus, e
