# %% [markdown]
# # 02 · Totals
#
# It needs module 01.

# %%
#| default_exp core.total

# %%
#| export
from tinytorch.core.pair import Pair

# %%
from tito.checks import close

# %% [markdown]
# ## Totals
#
# **Exercise 1 · medium · 10 minutes.** Fill in `total`.


# %% nbgrader={"grade_id": "total", "solution": true}
#| export
def total(x):
    """The sum of half and twice the number `x`."""
    pair = Pair(x)
    # One line.
    ### BEGIN SOLUTION
    return pair.low + pair.high
    ### END SOLUTION


# %% nbgrader={"grade_id": "total-test", "grade": true, "points": 1}
# One number.
close(total(2.5), 6.25, "the total of 2.5")

# %% nbgrader={"grade_id": "total-hidden", "grade": true, "points": 4}
# Also graded: another number.
### BEGIN HIDDEN TESTS
close(total(2.0), 5.0, "the total of 2")
### END HIDDEN TESTS
