# %% mutant: channels_a_group
"""num_groups is taken for the channels of a group."""

old = "return n, num_groups, channels // num_groups * math.prod(rest)"
new = "return n, channels // num_groups, num_groups * math.prod(rest)"

# %% mutant: length_only_first
"""Only the first of the dimensions after the channels counts."""

old = "return n, num_groups, channels // num_groups * math.prod(rest)"
new = "return n, num_groups, channels // num_groups * (rest[0] if rest else 1)"

# %% mutant: float_sizes
"""Divided with /, which makes a float."""

old = "return n, num_groups, channels // num_groups * math.prod(rest)"
new = "return n, num_groups, channels / num_groups * math.prod(rest)"

# %% edge: more_channels_than_groups
"""Refuses as many groups as channels, with the RuntimeError for those that do not fit."""

old = "if channels % num_groups:"
new = "if channels % num_groups or channels <= num_groups:"

# %% mutant: no_numbers
"""The error does not say which numbers do not fit."""

old = 'f"{channels} channels do not divide into {num_groups} groups"'
new = '"the channels do not divide into the groups"'

# %% mutant: no_check
"""Channels that do not divide are cut off."""

old = "if channels % num_groups:"
new = "if False:"

# %% mutant: one_row_a_group
"""Examples and groups in one dimension."""

old = "return n, num_groups, channels // num_groups * math.prod(rest)"
new = "return n * num_groups, channels // num_groups * math.prod(rest)"

# %% mutant: sizes_inferred
"""The rest is left for -1 to find, which no examples do not tell."""

old = "return n, num_groups, channels // num_groups * math.prod(rest)"
new = "return n, num_groups, -1"

# %% mutant: whole_input_divides
"""The whole example must divide, not the channels."""

old = "if channels % num_groups:"
new = "if channels * math.prod(rest) % num_groups:"
old = "return n, num_groups, channels // num_groups * math.prod(rest)"
new = "return n, num_groups, channels * math.prod(rest) // num_groups"

# %% mutant: three_sizes
"""Every input is taken for (n, c, l): (n, c) has not enough values to unpack, a ValueError."""

old = "n, channels, *rest = shape"
new = """\
n, channels, length = shape
rest = [length]"""

# %% mutant: value_error
"""The error is a ValueError."""

old = "raise RuntimeError("
new = "raise ValueError("

# %% alternative: by_an_array
"""NumPy's reshape finds the size, and the error has other words."""

if shape[1] % num_groups != 0:
    raise RuntimeError(f"num_groups={num_groups} does not divide num_channels={shape[1]}")
per_group = shape[1] // num_groups
for size in shape[2:]:
    per_group *= size
return shape[0], num_groups, per_group

# %% alternative: from_the_size
"""By the size of all."""

n, channels = shape[:2]
if channels % num_groups != 0:
    raise RuntimeError(f"{channels} channels do not divide into {num_groups} groups")
size = math.prod(shape[1:])
return (n, num_groups, size // num_groups)
