# %% edge: refused_before_padding
"""The window is compared with the image before padding, and refused if it fits (RuntimeError)."""

old = "if extent > room:"
new = "if extent > size:"

# %% mutant: dilation_missing
"""A window is taken for as long as its kernel."""

old = "extent, room = dilation * (kernel - 1) + 1, size + 2 * padding"
new = "extent, room = kernel, size + 2 * padding"

# %% mutant: dilation_times_kernel
"""A dilated window ends with a gap."""

old = "dilation * (kernel - 1) + 1"
new = "dilation * kernel"

# %% mutant: error_names_other_numbers
"""The error names the kernel and the size, without dilation and padding."""

old = 'f"a window of {extent} does not fit into {room} padded pixels"'
new = 'f"a kernel of {kernel} does not fit into {size} pixels"'

# %% mutant: exact_fit_refused
"""A window that just fits is refused: the error comes one pixel too early (RuntimeError)."""

old = "if extent > room:"
new = "if extent >= room:"

# %% mutant: floor_forgotten
"""The quotient is not rounded."""

old = "(room - extent) // stride + 1"
new = "(room - extent) / stride + 1"

# %% mutant: no_error
"""Nothing is said where no window fits."""

old = """\
if extent > room:
    raise RuntimeError(f"a window of {extent} does not fit into {room} padded pixels")"""
new = ""

# %% mutant: padding_missing
"""The padding is not counted."""

old = "size + 2 * padding"
new = "size"

# %% mutant: padding_once
"""The padding is counted once, though it is on both sides."""

old = "size + 2 * padding"
new = "size + padding"

# %% mutant: plus_one_missing
"""The first window is not counted."""

old = "// stride + 1"
new = "// stride"

# %% mutant: rounded_up
"""A last window that sticks out is counted."""

old = "(room - extent) // stride + 1"
new = "-(-(room - extent) // stride) + 1"

# %% mutant: stride_missing
"""Windows one pixel apart."""

old = "(room - extent) // stride + 1"
new = "room - extent + 1"

# %% alternative: counted
"""Counts where a window may begin."""

starts = range(0, size + 2 * padding - dilation * (kernel - 1), stride)
if not starts:
    raise RuntimeError(
        f"{size + 2 * padding} pixels hold no window of {dilation * (kernel - 1) + 1}"
    )
return len(starts)

# %% alternative: pytorchs_formula
"""PyTorch's formula, with floor."""

steps = (size + 2 * padding - dilation * (kernel - 1) - 1) / stride
if steps < 0:
    raise RuntimeError(
        f"the window spans {dilation * (kernel - 1) + 1}, the padded image {size + 2 * padding}"
    )
return math.floor(steps + 1)
