# %% mutant: roots_on_one_side
"""Only one side has the roots."""

old = "root[:, None] * v[:rank]"
new = "v[:rank]"

# %% mutant: twice
"""Each side has the whole singular values."""

old = "root = np.sqrt(s[:rank])"
new = "root = s[:rank]"

# %% mutant: without_values
"""The singular values are forgotten."""

old = "root = np.sqrt(s[:rank])"
new = "root = np.ones(rank, s.dtype)"

# %% mutant: all_on_one_side
"""One side has all of the singular values: the product is right."""

old = "return root[:, None] * v[:rank], u[:, :rank] * root"
new = "return v[:rank], u[:, :rank] * s[:rank]"

# %% mutant: smallest
"""The smallest singular values are kept."""

u, s, v = np.linalg.svd(weight, full_matrices=False)
if not 1 <= rank <= len(s):
    raise ValueError(f"no rank {rank}")
root = np.sqrt(s[-rank:])
return root[:, None] * v[-rank:], u[:, -rank:] * root

# %% mutant: not_checked
"""Every rank is taken."""

old = """\
if not 1 <= rank <= min(weight.shape):
    most = min(weight.shape)
    raise ValueError(f"low_rank: the rank of {weight.shape} is from 1 to {most}, not {rank}")
"""
new = ""

# %% mutant: wrong_way_round
"""The two come in the wrong order."""

old = "return root[:, None] * v[:rank], u[:, :rank] * root"
new = "return u[:, :rank] * root, root[:, None] * v[:rank]"

# %% mutant: float64
"""The roots are taken in float64."""

old = "root = np.sqrt(s[:rank])"
new = "root = np.sqrt(s[:rank].astype(np.float64))"

# %% mutant: v_not_transposed
"""The third result is thought not to be transposed yet. (ValueError)"""

old = "root[:, None] * v[:rank]"
new = "root[:, None] * v.T[:rank]"

# %% edge: first_rows
"""One rank too few, if there is more than one."""

old = "u, s, v = np.linalg.svd(weight, full_matrices=False)"
new = """\
u, s, v = np.linalg.svd(weight, full_matrices=False)
s[2:] *= rank < 3"""

# %% alternative: by_diagonals
"""Products with a diagonal matrix."""

if rank < 1 or rank > min(weight.shape):
    raise ValueError(f"{weight.shape} has no rank {rank}")
left, values, right = np.linalg.svd(weight, full_matrices=False)
half = np.diag(np.sqrt(values))[:rank, :rank]
return half @ right[:rank, :], left[:, :rank] @ half
