# %% mutant: back
"""The order of the way back."""

old = """\
split = weight.reshape(heads, -1, 2, weight.shape[1])  # (heads, dim / 2, 2, in)"""
new = """\
split = weight.reshape(heads, 2, -1, weight.shape[1])"""

# %% mutant: heads_mixed
"""All heads at once."""

old = "weight.reshape(heads, -1, 2, weight.shape[1])"
new = "weight.reshape(1, -1, 2, weight.shape[1])"

# %% mutant: nothing
"""The weight as it is."""

return weight.copy()

# %% mutant: columns
"""The columns are put in order."""

return np.concatenate([weight[:, 0::2], weight[:, 1::2]], axis=1)

# %% alternative: by_numbers
"""Even rows of each head, then odd ones."""

dim = len(weight) // heads
order = [h * dim + i for h in range(heads) for i in [*range(0, dim, 2), *range(1, dim, 2)]]
return weight[order]
