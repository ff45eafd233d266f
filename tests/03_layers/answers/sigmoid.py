# %% mutant: boolean_mask_in_float64
"""np.zeros is float64 whatever x is."""

out = np.zeros(x.shape)
above = x >= 0
out[above] = 1 / (1 + np.exp(-x[above]))
below = np.exp(x[~above])
out[~above] = below / (1 + below)
return out


# %% mutant: by_tanh
"""By tanh: right to 1e-16, but tiny results become 0."""

return 0.5 * (1 + np.tanh(0.5 * x))


# %% mutant: clipped_too_early
"""Clipped at -30 and 30, which is not far enough."""

return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


# %% mutant: float64_always
"""The result is float64 whatever came in."""

old = "e = np.exp(-np.abs(x))"
new = "e = np.exp(-np.abs(x), dtype=float)"


# %% mutant: naive
"""The formula as it stands: exp(1000) overflows, FloatingPointError."""

return 1 / (1 + np.exp(-x))


# %% mutant: naive_other_form
"""exp(x) / (1 + exp(x)): infinity by infinity is NaN; here FloatingPointError."""

return np.exp(x) / (1 + np.exp(x))


# %% mutant: one_minus
"""1 - sigmoid(-x) for negative x: 1 swallows what is small."""

small = np.exp(-np.abs(x))
upper = 1 / (1 + small)
return np.where(x >= 0, upper, 1 - upper)


# %% mutant: sign
"""sigmoid(-x)."""

old = "return np.maximum(e, x >= 0) / (1 + e)"
new = "return np.maximum(e, x < 0) / (1 + e)"


# %% mutant: straight_in_the_middle
"""Between 0 and 1, where hardly a test looks, a straight line in place of the curve."""

e = np.exp(-np.abs(x))
out = np.maximum(e, x >= 0) / (1 + e)
return np.where((x > 0) & (x < 1), (0.5 + 0.2310586 * x).astype(out.dtype), out)


# %% mutant: where_computes_both
"""np.where chooses too late: both sides are computed for all x, FloatingPointError."""

return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


# %% mutant: x_overwritten
"""Makes x negative in place, for the caller as well."""

positive = x >= 0
np.negative(np.abs(x), out=x)
e = np.exp(x)
return np.maximum(e, positive) / (1 + e)


# %% edge: clipped_for_float32
"""Clipped at -88 and 88, which is enough for float32 and not for float64."""

return 1 / (1 + np.exp(-np.clip(x, -88, 88)))


# %% alternative: logaddexp
"""exp of minus log(1 + exp(-x)), which NumPy computes stably."""

return np.exp(-np.logaddexp(0, -x)).astype(x.dtype)


# %% alternative: masks
"""Each half computed in its own form."""

out = np.empty_like(x)
above = x >= 0
out[above] = 1 / (1 + np.exp(-x[above]))
below = np.exp(x[~above])
out[~above] = below / (1 + below)
return out


# %% alternative: two_exponentials
"""The numerator by an exponential of its own."""

return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


# %% alternative: where
"""np.where between two harmless values."""

small = np.exp(-np.abs(x))
return np.where(x >= 0, 1, small) / (1 + small)
