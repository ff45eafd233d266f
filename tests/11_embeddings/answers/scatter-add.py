# %% mutant: averaged
"""The mean of the gradients of a repeated id."""

old = "return table"
new = """\
counts = np.bincount(np.reshape(ids, -1), minlength=rows)[:, None]
return (table / np.maximum(counts, 1)).astype(g.dtype)"""

# %% mutant: counted
"""Adds up uses, not gradients."""

old = "np.add.at(table, ids, g)"
new = "np.add.at(table, ids, 1)"

# %% mutant: first_only
"""A repeated id keeps its first gradient."""

old = "np.add.at(table, ids, g)"
new = "table[np.reshape(ids, -1)[::-1]] = g.reshape(-1, g.shape[-1])[::-1]"

# %% mutant: flat_ids
"""Goes through the first dimension only."""

old = "np.add.at(table, ids, g)"
new = """\
for i, row in zip(np.atleast_1d(ids), np.atleast_2d(g)):
    table[i] = table[i] + row"""

# %% mutant: overwritten
"""The last gradient of a repeated id overwrites the others."""

old = "np.add.at(table, ids, g)"
new = "table[ids] = g"

# %% mutant: plus_equals
"""`+=` with repeated indices adds only one of them."""

old = "np.add.at(table, ids, g)"
new = "table[ids] += g"

# %% mutant: sorted_in_place
"""Sorts the ids, which are the caller's."""

old = "np.add.at(table, ids, g)"
new = """\
np.add.at(table, ids, g)
if ids.ndim:
    ids.sort()"""

# %% mutant: too_few_rows
"""As many rows as the largest id asks for."""

old = "np.zeros((rows, g.shape[-1]), g.dtype)"
new = "np.zeros((ids.max() + 1, g.shape[-1]), g.dtype)"

# %% mutant: widened
"""The table is float64, whatever g is."""

old = "g.shape[-1]), g.dtype)"
new = "g.shape[-1]))"

# %% edge: single_precision
"""The table is float32, whatever g is."""

old = "g.shape[-1]), g.dtype)"
new = "g.shape[-1]), np.float32)"

# %% alternative: loop
"""Place by place."""

dim = g.shape[-1]
table = np.zeros((rows, dim), dtype=g.dtype)
for i, row in zip(ids.reshape(-1), g.reshape(-1, dim)):
    table[i] += row
return table

# %% alternative: one_hot
"""The transposed one-hot rows times g."""

n = g.shape[-1]
hot = (np.arange(rows)[:, None] == ids.reshape(1, -1)).astype(g.dtype)
return hot @ g.reshape(hot.shape[1], n)

# %% alternative: one_dimension
"""Flat places, by bincount."""

n = g.shape[-1]
places = ids.reshape(-1, 1) * n + np.arange(n)
flat = np.bincount(places.reshape(-1), g.reshape(-1), rows * n)
return flat.reshape(rows, n).astype(g.dtype)
