# %% edge: bytes_of_the_first
"""The columns of the first convolution, whether they are the largest or not."""

old = "memory = max(memory, 4 * seen * size**2)"
new = "memory = memory or 4 * seen * size**2"

# %% mutant: biases_missing
"""The biases are not counted."""

old = "parameters += out * (seen + 1)"
new = "parameters += out * seen"

# %% mutant: bytes_as_numbers
"""Numbers in place of bytes."""

old = "4 * seen * size**2"
new = "seen * size**2"

# %% mutant: bytes_of_all
"""All columns together."""

old = "memory = max(memory, 4 * seen * size**2)"
new = "memory += 4 * seen * size**2"

# %% mutant: bytes_of_all_filters
"""As if each filter had columns of its own."""

old = "memory = max(memory, 4 * seen * size**2)"
new = "memory = max(memory, 4 * seen * size**2 * out)"

# %% mutant: bytes_of_the_last
"""The columns of the last convolution."""

old = "memory = max(memory, 4 * seen * size**2)"
new = "memory = 4 * seen * size**2"

# %% mutant: channels_missing
"""A window is taken for kernel x kernel pixels of one channel."""

old = "seen = channels * kernel**2"
new = "seen = kernel**2"

# %% mutant: field_by_own_stride
"""A layer's own stride counts for its own kernel."""

old = """\
field += (kernel - 1) * apart
apart *= stride"""
new = """\
apart *= stride
field += (kernel - 1) * apart"""

# %% mutant: field_without_pooling
"""Pooling layers are taken to see no further."""

old = "field += (kernel - 1) * apart"
new = "field += (kernel - 1) * apart * bool(out)"

# %% mutant: field_without_strides
"""Steps do not grow with the strides."""

old = "field += (kernel - 1) * apart"
new = "field += kernel - 1"

# %% mutant: once_for_each_weight
"""Each weight is taken to be used once."""

old = "products += out * seen * size**2"
new = "products += out * seen"

# %% mutant: places_along_one_side
"""The places are counted along one side."""

old = "products += out * seen * size**2"
new = "products += out * seen * size"

# %% mutant: pooling_forgets_the_channels
"""After a pooling there are no channels left."""

old = "channels = out"
new = """\
channels = out
channels = out"""
old = "apart *= stride"
new = """\
apart *= stride
channels = out or 1"""

# %% mutant: size_kept
"""Pooling is taken not to change the size."""

old = "size = output_size(size, kernel, stride, padding)"
new = "size = output_size(size, kernel, stride, padding) if out else size"

# %% alternative: two_walks
"""The field from the last layer back to the image; the rest in lists."""

field, rows = 1, []
for _, kernel, stride, _ in reversed(layers):
    field = (field - 1) * stride + kernel
for out, kernel, stride, padding in layers:
    size = (size + 2 * padding - kernel) // stride + 1
    if out:
        rows.append((out, channels * kernel * kernel, size * size))
        channels = out
parameters = sum(out * seen + out for out, seen, _ in rows)
products = sum(out * seen * places for out, seen, places in rows)
return parameters, products, max((4 * seen * places for _, seen, places in rows), default=0), field
