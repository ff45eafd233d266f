# %% mutant: returns_nothing
"""The result is computed and not returned."""

2 * x

# %% edge: squared
"""Squared instead of doubled: the same for 0 and 2."""

return x * x

# %% mutant: tripled
"""Three times instead of twice."""

old = "2 * x"
new = "3 * x"

# %% alternative: added
"""Adds the array to itself."""

return x + x
