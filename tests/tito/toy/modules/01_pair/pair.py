# %% [markdown]
# # 01 · Pairs
#
# A module small enough to test the tool on.

# %%
#| default_exp core.pair

# %%
#| export
import numpy as np

# %%
import matplotlib.pyplot as plt

from tito.checks import close, equal

# %% [markdown]
# ## Doubling
#
# **Exercise 1 · easy · 5 minutes.** Fill in `double`.


# %% nbgrader={"grade_id": "double", "solution": true}
#| export
def double(x):
    """Twice `x`, an array of any shape."""
    # One line.
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% nbgrader={"grade_id": "double-test", "grade": true, "points": 2}
# Two numbers doubled.
close(double(np.array([2.0, 0.0])), [4.0, 0.0], "twice [2, 0]")

# %% nbgrader={"grade_id": "double-hidden", "grade": true, "points": 3}
# Also graded: other numbers.
### BEGIN HIDDEN TESTS
close(double(np.array([3.0, -1.0])), [6.0, -2.0], "twice [3, -1]", suspects={"squared": [9.0, 1.0]})
### END HIDDEN TESTS

# %%
fig, axes = plt.subplots(figsize=(3, 2))
axes.plot(double(np.arange(4.0)))
plt.show()

# %% [markdown]
# The figure shows the doubles of 0, 1, 2 and 3 as a line that rises by two each time.
#
# ## Halving
#
# **Exercise 2 · easy · 5 minutes.** Fill in `halve`.


# %% nbgrader={"grade_id": "halve", "solution": true}
#| export
def halve(x):
    """Half of `x`, an array of any shape."""
    # One line.
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION


# %% nbgrader={"grade_id": "halve-test", "grade": true, "points": 2}
# An even number.
equal(float(halve(4)), 2.0, "half of 4")

# %% nbgrader={"grade_id": "halve-hidden", "grade": true, "points": 3}
# Also graded: an odd number.
### BEGIN HIDDEN TESTS
equal(float(halve(3)), 1.5, "half of 3")
### END HIDDEN TESTS


# %%
#| export
class Pair:
    """Two numbers, joined from the functions above."""

    def __init__(self, x):
        self.low, self.high = halve(x), double(x)
