# %% mutant: high_only
"""Only the upper half."""

return pair.high

# %% mutant: low_only
"""Only the lower half."""

return pair.low

# %% edge: product
"""The product: the same for 2.5."""

return pair.low * pair.high

# %% alternative: builtin
"""By the built-in sum."""

return sum((pair.low, pair.high))
