# %% mutant: gradient_scaled_in_place
"""No temporary, but the gradient is changed."""

g *= lr
p -= g

# %% mutant: lr_ignored
"""The learning rate is left out."""

p -= g

# %% mutant: mean_of_gradient
"""The gradient is divided by its number of values, as if it were a sum."""

p -= lr * g / len(g)

# %% mutant: new_array
"""A new array of the same name: the caller's stays."""

p = p - lr * g

# %% mutant: one_dimension
"""Row by row, for vectors only: a matrix ends in a TypeError."""

for i in range(len(p)):
    p[i] -= lr * float(g[i])

# %% mutant: returned
"""The new weights are returned, not written."""

return p - lr * g

# %% mutant: sign_flipped
"""The step goes uphill."""

p += lr * g

# %% mutant: sign_only
"""Only the sign of the gradient counts."""

p -= lr * np.sign(g)

# %% mutant: colon
"""All of p by a slice, which an array of shape () does not have: an IndexError."""

p[:] = p - lr * g

# %% mutant: lr_divided
"""Divided by the rate instead of multiplied: the same for a rate of 1."""

p -= g / lr

# %% edge: flattened
"""Through a flat view, which is a copy where the array is not contiguous: a transpose stays."""

flat = p.reshape(-1)
flat -= lr * g.reshape(-1)

# %% alternative: minus_lr
"""Adding the opposite."""

p += -lr * g

# %% alternative: slice
"""All of p overwritten."""

p[...] = p - g * lr

# %% alternative: subtract
"""NumPy's function, with its result written into p."""

np.subtract(p, lr * g, out=p)
