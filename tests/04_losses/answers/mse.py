# %% mutant: divided_always
"""A sum and "none" are divided by n, too."""

return 2 * g / difference.size * difference

# %% mutant: divided_unless_sum
""""none" is divided by n as a mean is."""

old = 'if reduction == "mean":'
new = 'if reduction != "sum":'

# %% mutant: g_ignored
"""The gradient of the result is not used."""

return 2 * difference / (difference.size if reduction == "mean" else 1)

# %% mutant: in_place
"""The saved difference is overwritten."""

old = "return 2 * g * difference"
new = """\
difference *= 2 * g
return difference"""

# %% mutant: not_divided
"""The mean is not divided by n: the gradient is that of a sum."""

return 2 * g * difference

# %% mutant: rows_counted
"""Divided by the number of rows, not of values."""

old = "g = g / difference.size"
new = "g = g / len(difference)"

# %% mutant: sign_lost
"""The difference the wrong way round."""

old = "return 2 * g * difference"
new = "return 2 * g * (b - a)"

# %% mutant: two_lost
"""The factor 2 of the square is lost."""

old = "return 2 * g * difference"
new = "return g * difference"

# %% alternative: by_cases
"""One line for each case, from a and b."""

slope = 2 * (a - b)
if reduction == "mean":
    slope = slope / slope.size
return slope * g

# %% alternative: twice_added
"""The difference twice instead of times 2, and the size from the shape."""

n = np.prod(difference.shape).item() if reduction == "mean" else 1
return (difference + difference) * (g / n)
