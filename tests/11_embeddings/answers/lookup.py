# %% mutant: clipped
"""An id that is too large gets the last row, a negative one the first."""

return np.take(weight, ids, axis=0, mode="clip")

# %% mutant: columns
"""The ids name columns."""

old = "axis=0"
new = "axis=1"

# %% mutant: first_id_named
"""The error names the first id, whichever is wrong."""

old = "wrong = ids.min() if ids.min() < 0 else ids.max()"
new = "wrong = ids.flat[0]"

# %% mutant: flattened
"""The shape of the ids is lost."""

old = "weight, ids,"
new = "weight, ids.reshape(-1),"

# %% mutant: negative_wraps
"""A negative id counts from the end, as NumPy has it."""

old = "if ids.size and not (ids.min() >= 0 and ids.max() < len(weight)):"
new = "if ids.size and ids.max() >= len(weight):"

# %% mutant: one_hot_doubles
"""The product with one-hot rows, which are float64: so is the result."""

old = "return np.take(weight, ids, axis=0)"
new = "return np.eye(len(weight))[ids] @ weight"

# %% mutant: other_error
"""Raises another type of error."""

old = "raise IndexError("
new = "raise ValueError("

# %% mutant: view_of_a_row
"""A single id gets a view of its row, in the memory of the table."""

old = "return np.take(weight, ids, axis=0)"
new = "return np.take(weight, ids, axis=0) if ids.ndim else weight[int(ids)]"

# %% mutant: wraps_around
"""Ids beyond the end start again from row 0."""

return weight[ids % len(weight)]

# %% edge: no_ids
"""The smallest of no ids: a ValueError."""

old = "if ids.size and not ("
new = "if not ("

# %% alternative: all_wrong_ids
"""Looks for every wrong id, and picks by indexing."""

wrong = [int(i) for i in ids.reshape(-1) if not 0 <= i < len(weight)]
if wrong:
    raise IndexError(f"ids {wrong} of a table of {len(weight)} rows")
return weight[ids].copy()

# %% alternative: one_hot
"""The product with one-hot rows, in the dtype of the table."""

rows = len(weight)
for i in ids.reshape(-1):
    if i < 0 or i > rows - 1:
        raise IndexError(f"{i} is not one of {rows} rows")
hot = (ids[..., None] == np.arange(rows)).astype(weight.dtype)
return hot @ weight
