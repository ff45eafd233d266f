# %% mutant: normalized_only
"""Scaled to length 1: the singular values keep their proportions."""

return g / np.linalg.norm(g)

# %% mutant: not_scaled
"""The iteration starts from g itself, and runs away if that is large."""

old = "x = g / np.linalg.norm(g)  # no singular value is above 1 now"
new = "x = g / 3"

# %% mutant: five_steps
"""Too few steps for small singular values."""

old = "for _ in range(30):"
new = "for _ in range(5):"

# %% mutant: square_only
"""The product is written for square matrices: others end in a ValueError."""

old = "x = 1.5 * x - 0.5 * (x @ x.T) @ x"
new = "x = 1.5 * x - 0.5 * (x @ x.T) @ x if len(x) == 2 else 1.5 * x - 0.5 * (x @ x) @ x"

# %% mutant: elementwise
"""The cube of each number, not of the matrix: every number becomes 1 or -1."""

old = "x = 1.5 * x - 0.5 * (x @ x.T) @ x"
new = "x = 1.5 * x - 0.5 * x**3"

# %% mutant: in_place
"""Scaled in the memory of the caller."""

old = "x = g / np.linalg.norm(g)  # no singular value is above 1 now"
new = """\
g /= np.linalg.norm(g)
x = g"""

# %% alternative: decomposition
"""By the decomposition itself: slower, and right."""

left, _, right = np.linalg.svd(g, full_matrices=False)
return left @ right

# %% alternative: other_side
"""The product taken from the other side, until nothing changes."""

x, old = g / np.sqrt((g * g).sum()), None
while old is None or np.abs(x - old).max() > 1e-9:
    x, old = x @ (1.5 * np.eye(x.shape[1]) - 0.5 * x.T @ x), x
return x
