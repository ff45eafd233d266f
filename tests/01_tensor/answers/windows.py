# %% mutant: step_ignored
"""The windows are always one number apart."""

old = "strides[dim] = step * x.strides[dim]"
new = ""

# %% mutant: too_few_windows
"""Counts one window too few."""

old = "shape[dim] = (x.shape[dim] - size) // step + 1"
new = "shape[dim] = (x.shape[dim] - size) // step"

# %% mutant: copied
"""Collects the windows by indexing, which copies them."""

x, (dim,) = self.array, dims_of(self.ndim, dimension)
if size > x.shape[dim]:
    raise RuntimeError(f"a window of {size} is larger than the {x.shape[dim]} of {self.shape}")
starts = np.arange(0, x.shape[dim] - size + 1, step)
taken = np.take(x, starts[:, None] + np.arange(size), axis=dim)
return from_numpy(np.moveaxis(taken, dim + 1, -1))

# %% mutant: contiguous_strides
"""Takes the stride along the dimension for one number."""

old = "shape, strides = [*x.shape, size], [*x.strides, x.strides[dim]]"
new = "shape, strides = [*x.shape, size], [*x.strides, x.itemsize]"

# %% alternative: numpys_windows
"""NumPy's sliding_window_view, every `step`-th of it."""

(dim,) = dims_of(self.ndim, dimension)
if self.shape[dim] < size:
    raise RuntimeError(f"{size} numbers do not fit into {self.shape[dim]}")
windows = np.lib.stride_tricks.sliding_window_view(self.array, size, axis=dim, writeable=True)
return from_numpy(windows[(slice(None),) * dim + (slice(None, None, step),)])
