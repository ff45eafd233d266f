# %% mutant: not_recorded
"""Runs func as it is: inside no_grad nothing is recorded, and backward raises a RuntimeError."""

old = """\
with enable_grad():
    y = func(again)"""
new = "y = func(again)"

# %% mutant: starts_from_ones
"""The gradient of the result is not handed on."""

old = "backward(y, g)"
new = "backward(y, np.ones_like(g))"

# %% mutant: without_g
"""backward gets no gradient to start from: a RuntimeError where there are several values."""

old = "backward(y, g)"
new = "backward(y)"

# %% mutant: func_on_the_same_leaf
"""The input wants no gradient, so that only the weights get one: an AttributeError."""

old = "again = tensor(x, requires_grad=True)"
new = "again = tensor(x)"

# %% alternative: through_the_sum
"""The product with g is made a loss of one value."""

again = Tensor(x.copy(), requires_grad=True)
with set_grad_enabled(True):
    loss = (func(again) * Tensor(np.asarray(g))).sum()
    backward(loss)
return again.grad.numpy()
