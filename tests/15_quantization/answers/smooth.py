# %% mutant: weight_divided
"""The weight is divided as well."""

old = "weight * factors"
new = "weight / factors"

# %% mutant: rows
"""The largest value of each unit, not of each feature. (ValueError)"""

old = "np.abs(weight).max(axis=0)"
new = "np.abs(weight).max(axis=1)"

# %% mutant: alpha_on_one_side
"""Alpha is used for the input only."""

old = "columns[used] ** (1 - alpha)"
new = "columns[used]"

# %% mutant: zeros
"""Features of zeros are not looked after."""

old = "factors = np.ones(len(columns))"
new = "factors = np.zeros(len(columns))"

# %% alternative: feature_by_feature
"""A loop over the features."""

factors = np.ones(len(largest))
for i, most in enumerate(largest):
    column = np.abs(weight[:, i]).max()
    if most > 0 and column > 0:
        factors[i] = most**alpha * column ** (alpha - 1)
return factors, weight * factors[None, :]
