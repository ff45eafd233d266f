# %% mutant: always_to_the_end
"""`end_dim` is ignored."""

old = "start, end = dims_of(self.ndim, start_dim)[0], dims_of(self.ndim, end_dim)[0] + 1"
new = "start, end = dims_of(self.ndim, start_dim)[0], self.ndim"

# %% mutant: always_everything
"""Both dims are ignored."""

return self.reshape(-1)

# %% mutant: a_copy
"""NumPy's flatten, in new memory and without a receipt."""

old = "return self.reshape(*self.shape[:start], middle, *self.shape[end:])"
new = """\
shape = (*self.shape[:start], middle, *self.shape[end:])
return tensor(self.array.flatten().reshape(shape))"""

# %% mutant: end_left_out
"""The dimension at `end_dim` is left out, as the end of a slice is."""

old = "start, end = dims_of(self.ndim, start_dim)[0], dims_of(self.ndim, end_dim)[0] + 1"
new = "start, end = dims_of(self.ndim, start_dim)[0], dims_of(self.ndim, end_dim)[0] or self.ndim"

# %% mutant: negative_start_unturned
"""Only the end is counted from 0 up; slices take a negative start, and the check is in its way."""

old = "start, end = dims_of(self.ndim, start_dim)[0], dims_of(self.ndim, end_dim)[0] + 1"
new = "start, end = max(start_dim, 0), dims_of(self.ndim, end_dim)[0] + 1"

# %% mutant: no_check_of_the_order
"""A start after the end multiplies nothing: a dimension of size 1 slips in."""

old = """\
if end <= start:
    raise RuntimeError(f"flatten got start_dim {start_dim} after end_dim {end_dim}")
"""
new = ""

# %% mutant: past_the_gate
"""Reshapes the array: a view, but without a receipt."""

old = "return self.reshape(*self.shape[:start], middle, *self.shape[end:])"
new = "return from_numpy(self.array.reshape(*self.shape[:start], middle, *self.shape[end:]))"

# %% mutant: single_number_forgotten
"""A tensor without dimensions has no first one: an IndexError."""

old = """\
if not self.ndim:
    return self.reshape(1)
"""
new = ""

# %% mutant: one_dim_unpacked
"""Takes each dim out of the tuple of dims_of, which is empty for a single number: a ValueError."""

old = """\
if not self.ndim:
    return self.reshape(1)
start, end = dims_of(self.ndim, start_dim)[0], dims_of(self.ndim, end_dim)[0] + 1"""
new = """\
(start,), (end,) = dims_of(self.ndim, start_dim), dims_of(self.ndim, end_dim)
end += 1"""

# %% mutant: minus_one
"""Leaves the size to reshape: with a size of 0 beside it that is a RuntimeError."""

old = "return self.reshape(*self.shape[:start], middle, *self.shape[end:])"
new = "return self.reshape(*self.shape[:start], -1, *self.shape[end:])"

# %% edge: order_of_negative_dims_unchecked
"""Compares the dims as they were given, and lets a negative end pass."""

old = "if end <= start:"
new = "if start_dim > end_dim >= 0:"

# %% alternative: by_modulo
"""Checks the dims by hand, and multiplies in a loop."""

shape = list(self.shape) or [1]
for dim in (start_dim, end_dim):
    if not -len(shape) <= dim < len(shape):
        raise IndexError(f"there is no dim {dim}")
start, end = start_dim % len(shape), end_dim % len(shape)
if start > end:
    raise RuntimeError(f"dims {start_dim} and {end_dim} are the wrong way round")
size = 1
for n in shape[start : end + 1]:
    size *= n
shape[start : end + 1] = [size]
return self.reshape(tuple(shape))

# %% alternative: view_or_copy
"""Asks the memory whether a view is possible."""

if self.ndim == 0:
    return self[None]
(start,), (end,) = dims_of(self.ndim, start_dim), dims_of(self.ndim, end_dim)
if start > end:
    raise RuntimeError(f"flatten: {start_dim} comes after {end_dim}")
new = self.shape[:start] + (int(np.prod(self.shape[start : end + 1])),) + self.shape[end + 1 :]
return self.view(new) if self.is_contiguous() else self.reshape(new)
