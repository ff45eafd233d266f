# %% mutant: next_layer_forgotten
"""The next layer stays as it is."""

old = "np.ascontiguousarray(behind)"
new = "following.copy()"

# %% mutant: rows_of_the_next_layer
"""The next layer's rows are cut, not its columns. (IndexError)"""

old = "np.ascontiguousarray(behind)"
new = "following[keep]"

# %% mutant: complement
"""What should stay goes."""

old = "keep, units = np.asarray(keep, dtype=int), len(weight)"
new = "keep, units = np.setdiff1d(np.arange(len(weight)), keep), len(weight)"

# %% mutant: bias_forgotten
"""The bias stays as it is."""

old = "bias[keep]"
new = "bias.copy()"

# %% mutant: bias_always
"""No bias is thought to be zeros."""

old = "None if bias is None else bias[keep]"
new = "np.zeros(len(keep)) if bias is None else bias[keep]"

# %% mutant: single_columns
"""A column for each unit, also where a unit has a block of them."""

old = "behind = blocks[:, keep].reshape(out, len(keep) * (columns // units), *rest)"
new = "behind = following[:, keep]"

# %% mutant: blocks_turned
"""Columns are thought to run pixel by pixel, channels inside."""

old = "blocks = following.reshape(out, units, columns // units, *rest)"
new = "blocks = following.reshape(out, columns // units, units, *rest).swapaxes(1, 2)"

# %% mutant: sorted
"""The units are put in order."""

old = "np.asarray(keep, dtype=int)"
new = "np.sort(np.asarray(keep, dtype=int))"

# %% mutant: in_place
"""The units that go are set to 0, and nothing becomes smaller."""

off = np.setdiff1d(np.arange(len(weight)), keep)
weight, following = weight.copy(), following.copy()
weight[off] = 0
following[:, off] = 0
return weight, bias, following

# %% edge: small_blocks
"""Blocks of more than two columns are taken for two."""

old = "behind = blocks[:, keep]"
new = """\
if columns // units > 2:
    blocks = blocks * (np.arange(columns // units) < 2)[:, *[None] * len(rest)]
behind = blocks[:, keep]"""

# %% alternative: places_of_columns
"""The places of all columns that stay."""

block = following.shape[1] // len(weight)
columns = [u * block + k for u in keep for k in range(block)]
rows = np.array(keep, dtype=int)
shifts = bias if bias is None else np.take(bias, rows)
return np.take(weight, rows, 0), shifts, np.take(following, np.array(columns, dtype=int), 1)
