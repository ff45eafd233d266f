# %% mutant: whole_steps
"""The error is thought to be a whole step."""

old = "(2**bits - 1) / 2 > error"
new = "(2**bits - 1) > error"

# %% mutant: one_too_few
"""Stops one bit early."""

old = "return bits"
new = "return max(bits - 1, 1)"

# %% mutant: no_bits
"""Begins with no bits at all, which leaves nothing to divide by. (ZeroDivisionError)"""

old = "bits = 1"
new = "bits = 0"

# %% mutant: not_checked
"""Nothing is checked: there may be no end. (OverflowError)"""

bits = 1
while (high - low) / (2**bits - 1) / 2 > error:
    bits += 1
return bits

# %% mutant: range_not_checked
"""A range the wrong way round is taken as it is."""

old = """\
if low > high:
    raise ValueError(f"bits_for: low is {low}, above high, {high}")
"""
new = ""

# %% mutant: from_the_largest
"""Only the larger side counts, not the whole range."""

old = "(high - low) / (2**bits - 1)"
new = "max(abs(low), abs(high)) / (2**bits - 1)"

# %% edge: as_many_steps_as_integers
"""As many steps as integers: wrong only just at the border."""

old = "(2**bits - 1) / 2"
new = "2**bits / 2"

# %% alternative: by_halving
"""Halves of the range until they are small enough."""

if low > high:
    raise ValueError(f"{low} > {high}")
if not error > 0:
    raise ValueError(f"no error of {error}")
steps = math.ceil((high - low) / (2 * error))
return max(int(steps).bit_length(), 1)
