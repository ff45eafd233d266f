# %% edge: no_more_windows_than_values
"""There are never more windows than values."""

old = "size, means = x.shape[dim], []"
new = """\
size, means = x.shape[dim], []
count = min(size, count)"""

# %% mutant: detached
"""Computed with NumPy, outside of the graph."""

old = "size, means = x.shape[dim], []"
new = """\
size, means = x.shape[dim], []
x = x.detach()"""

# %% mutant: end_rounded_down
"""The end of a window is rounded down, so that windows do not overlap."""

old = "-(-(i + 1) * size // count)"
new = "(i + 1) * size // count"

# %% mutant: end_rounded_up_too_far
"""One more value than there is up to the end, even where the sizes divide."""

old = "-(-(i + 1) * size // count)"
new = "(i + 1) * size // count + 1"

# %% mutant: equal_windows
"""Windows of size // count values: the last values are in none."""

old = "start, end = i * size // count, -(-(i + 1) * size // count)"
new = "start, end = i * (size // count), (i + 1) * (size // count)"

# %% mutant: last_dimension_always
"""The windows lie along the last dimension, whatever `dim` says."""

old = "window = x[(slice(None),) * dim + (slice(start, end),)]"
new = """\
dim = 3
window = x[..., start:end]"""

# %% mutant: starts_rounded_up
"""The start is rounded up."""

old = "start, end = i * size // count,"
new = "start, end = -(-i * size // count),"

# %% mutant: summed
"""Sums in place of means."""

old = "window.mean(dim, keepdim=True)"
new = "window.sum(dim, keepdim=True)"

# %% alternative: ceil
"""With math's floor and ceil, and narrow."""

size = x.shape[dim]
bounds = [(math.floor(i * size / count), math.ceil((i + 1) * size / count)) for i in range(count)]
parts = [x.narrow(dim, start, end - start) for start, end in bounds]
return cat([part.mean(dim, keepdim=True) for part in parts], dim)

# %% alternative: matrix
"""A product with a matrix of shares, which the graph knows as well."""

size = x.shape[dim]
shares = np.zeros((size, count), x.dtype)
for i in range(count):
    start, end = i * size // count, ((i + 1) * size + count - 1) // count
    shares[start:end, i] = 1 / (end - start)
return (x.transpose(dim, x.ndim - 1) @ Tensor(shares)).transpose(dim, x.ndim - 1)
