# %% mutant: endless
"""A loop that never ends."""

while True:
    pass

# %% edge: floor
"""Floor division: right for even numbers only."""

return x // 2

# %% mutant: quarter
"""Halved twice."""

return x / 4

# %% alternative: times
"""Times one half."""

return 0.5 * x
