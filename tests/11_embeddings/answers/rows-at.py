# %% mutant: array_made
"""Makes an array of a tensor: no gradient flows back."""

old = "return table[offset : offset + length]"
new = "return tensor(np.array(getattr(table, 'array', table))[offset : offset + length])"

# %% mutant: cut_short
"""A slice, however long it is."""

return table[offset : offset + length]

# %% mutant: first_position_named
"""The error names the first position that was asked for."""

old = 'f"positions {offset} to {last}: the table has {len(table)}, from 0 on"'
new = 'f"position {offset}: the table has {len(table)} rows"'

# %% mutant: last_row_refused
"""Counts one too many: the last row cannot be had, but is an IndexError."""

old = "last >= len(table)"
new = "last >= len(table) - 1"

# %% mutant: length_is_the_end
"""Up to row `length`."""

old = "table[offset : offset + length]"
new = "table[offset:length]"

# %% mutant: negative_offset
"""A negative offset counts from the end."""

old = "if offset < 0 or last >= len(table):"
new = "if last >= len(table):"

# %% mutant: offset_ignored
"""Always from row 0 on."""

old = "table[offset : offset + length]"
new = "table[:length]"

# %% mutant: offset_not_checked
"""Compares the length alone."""

old = "last >= len(table)"
new = "length > len(table)"

# %% mutant: wraps_around
"""Begins again from row 0 beyond the end."""

return table[np.arange(offset, offset + length) % len(table)]

# %% edge: offset_must_have_a_row
"""No rows from the end on are refused, by an IndexError."""

old = "offset < 0 or last >= len(table)"
new = "offset < 0 or offset >= len(table) or last >= len(table)"

# %% alternative: listed
"""Each position by itself."""

wanted = list(range(offset, offset + length))
if wanted and (wanted[0] < 0 or wanted[-1] >= table.shape[0]):
    raise IndexError(f"there is no position {wanted[-1]}, only {table.shape[0]}")
return table[slice(offset, offset + length)]

# %% alternative: looks_at_what_came
"""Compares the length of the slice."""

part = table[max(offset, 0) : max(offset, 0) + length]
if offset < 0 or len(part) != length:
    raise IndexError(f"{offset + length - 1} of {len(table)}")
return part
