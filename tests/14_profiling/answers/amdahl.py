# %% mutant: rest_forgotten
"""Only the part that got faster counts."""

old = "left = 1 - share + share / factor"
new = "left = share / factor"

# %% mutant: time_left
"""The time that is left, not how many times as fast."""

old = "return 1 / left if left else math.inf"
new = "return left"

# %% mutant: wrong_way_round
"""The rest gets faster."""

old = "left = 1 - share + share / factor"
new = "left = share + (1 - share) / factor"

# %% mutant: averaged
"""The average of the factors, 1 for the rest."""

old = "return 1 / left if left else math.inf"
new = "return 1 - share + share * factor"

# %% mutant: factor_subtracted
"""Twice as fast is thought to take away twice the time. (ZeroDivisionError)"""

old = "left = 1 - share + share / factor"
new = "left = 1 - share * (1 - 1 / (factor + 1))"

# %% mutant: not_checked
"""Nothing is checked. (ZeroDivisionError)"""

left = 1 - share + share / factor
return 1 / left if left else math.inf

# %% mutant: nothing_left
"""Divides by what is left, even if that is nothing. (ZeroDivisionError)"""

old = "return 1 / left if left else math.inf"
new = "return 1 / left"

# %% edge: nan_passes
"""Compares so that what is not a number passes."""

old = "if not 0 <= share <= 1:"
new = "if share < 0 or share > 1:"
old = "if not factor > 0:"
new = "if factor <= 0:"

# %% alternative: by_times
"""Old time over new time, of a whole that takes 1."""

for name, value, fits in (("share", share, 0 <= share <= 1), ("factor", factor, factor > 0)):
    if not fits:
        raise ValueError(f"{name} = {value} is out of range")
before, after = 1.0, (1.0 - share) + share / factor
return before / after if after > 0 else math.inf
