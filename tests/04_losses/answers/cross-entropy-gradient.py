# %% mutant: columns
"""1 is taken off in whole columns."""

old = "gradient[np.arange(len(g)), target] -= g"
new = "gradient[:, target] -= g[:, None]"

# %% mutant: divided_twice
"""Divided by the number of rows again."""

old = "return gradient"
new = "return gradient / len(g)"

# %% mutant: g_ignored
"""The gradient of the losses is not used."""

softmax = e / row_sums(e)[:, None]
softmax[np.arange(len(g)), target] -= 1
return softmax

# %% mutant: in_place
"""The saved exponentials are overwritten."""

e *= (g / row_sums(e))[:, None]
e[np.arange(len(g)), target] -= g
return e.copy()

# %% mutant: no_target
"""The softmax alone."""

softmax = e / row_sums(e)[:, None]
return softmax * g[:, None]

# %% mutant: not_normalised
"""The exponentials are not divided by their sums."""

old = "gradient = e * (g / row_sums(e))[:, None]"
new = "gradient = e * g[:, None]"

# %% mutant: one_unscaled
"""1 is taken off after the product with g."""

old = "gradient[np.arange(len(g)), target] -= g"
new = "gradient[np.arange(len(g)), target] -= 1"

# %% mutant: sign_lost
"""Target minus softmax."""

old = "return gradient"
new = "return -gradient"

# %% mutant: softmax_rule
"""The rule of the softmax, as if the loss were p of the right class."""

softmax = e / row_sums(e)[:, None]
one_hot = np.eye(softmax.shape[1], dtype=softmax.dtype)[target]
p = softmax[np.arange(len(g)), target][:, None]
return g[:, None] * p * (one_hot - softmax)

# %% mutant: softmax_unscaled
"""g is taken off a softmax that is not scaled."""

softmax = e / row_sums(e)[:, None]
softmax[np.arange(len(g)), target] -= g
return softmax

# %% mutant: target_added
"""The target is added."""

old = "gradient[np.arange(len(g)), target] -= g"
new = "gradient[np.arange(len(g)), target] += g"

# %% alternative: compared
"""The target by comparing class numbers."""

softmax = e / np.sum(e, axis=1)[:, None]
is_target = np.arange(e.shape[1]) == target[:, None]
return g[:, None] * np.where(is_target, softmax - 1, softmax)

# %% alternative: one_hot
"""Softmax minus one-hot, times g."""

softmax = e / e.sum(axis=1, keepdims=True)
one_hot = np.eye(e.shape[1], dtype=e.dtype)[target]
return (softmax - one_hot) * g[:, None]
