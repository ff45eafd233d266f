# %% mutant: by_sign
"""The most negative values go."""

old = "np.abs(weight).reshape(-1, 4)"
new = "weight.reshape(-1, 4)"

# %% mutant: along_columns
"""Groups are taken down the columns."""

old = "groups = np.abs(weight).reshape(-1, 4)"
new = "groups = np.abs(weight.T).reshape(-1, 4)"

# %% mutant: half_of_all
"""Half of all go, wherever they are."""

return magnitude_mask(weight, weight.size // 2)

# %% alternative: by_ranks
"""How many of the four are smaller, or equal and before."""

groups = np.abs(weight).reshape(-1, 4)
one, other = groups[:, :, None], groups[:, None, :]
before = np.arange(4)[None, :] < np.arange(4)[:, None]
smaller = (other < one) | ((other == one) & before)
return (smaller.sum(2) >= 2).astype(np.float32).reshape(weight.shape)
