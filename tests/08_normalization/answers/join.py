# %% mutant: averaged
"""Mean and variance of both parts are averaged, whatever their sizes."""

(n, mean, var), (m, other, spread) = first, second
return n + m, (mean + other) / 2, (var + spread) / 2

# %% mutant: gap_forgotten
"""The means of the parts differ, and that adds to the variance."""

old = "joint = (1 - share) * var + share * spread + share * (1 - share) * gap * gap"
new = "joint = (1 - share) * var + share * spread"

# %% mutant: squares_less_square
"""By the sums of squares: nothing is left far from 0."""

(n, mean, var), (m, other, spread) = first, second
count = max(n + m, 1)
joint = (n * mean + m * other) / count
squares = (n * (var + mean * mean) + m * (spread + other * other)) / count
return n + m, joint, squares - joint * joint

# %% alternative: deviations
"""Each part's deviation from the joint mean."""

(n, mean, var), (m, other, spread) = first, second
count = max(n + m, 1)
joint = mean + (other - mean) * m / count
squares = n * (var + (mean - joint) ** 2) + m * (spread + (other - joint) ** 2)
return n + m, joint, squares / count
