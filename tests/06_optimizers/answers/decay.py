# %% mutant: always_coupled
"""AdamW decays like Adam."""

return g + weight_decay * p

# %% mutant: always_decoupled
"""Adam decays like AdamW."""

p *= 1 - lr * weight_decay
return g

# %% mutant: both
"""Decoupled decay, and the gradient too."""

old = """\
p *= 1 - lr * weight_decay
return g"""
new = "p *= 1 - lr * weight_decay"

# %% mutant: by_sign
"""The sign of the weight, not the weight: L1, which agrees where p is 1 or -1."""

old = "return g + weight_decay * p"
new = "return g + weight_decay * np.sign(p)"

# %% mutant: gradient_changed
"""The decay goes into the caller's gradient, and again the next time."""

old = "return g + weight_decay * p"
new = """\
g += weight_decay * p
return g"""

# %% mutant: half
"""Half of it: the derivative of p**2 / 2 taken for p / 2."""

old = "return g + weight_decay * p"
new = "return g + weight_decay / 2 * p"

# %% mutant: lr_in_both
"""The learning rate is in the coupled gradient, too, and will be applied twice."""

old = "return g + weight_decay * p"
new = "return g + lr * weight_decay * p"

# %% mutant: lr_missing
"""Decoupled decay does not follow the learning rate."""

old = "p *= 1 - lr * weight_decay"
new = "p *= 1 - weight_decay"

# %% mutant: new_array
"""A new array of the same name: the weights never decay."""

old = "p *= 1 - lr * weight_decay"
new = "p = p * (1 - lr * weight_decay)"

# %% mutant: weights_grow
"""The wrong sign."""

old = "p *= 1 - lr * weight_decay"
new = "p *= 1 + lr * weight_decay"
old = "return g + weight_decay * p"
new = "return g - weight_decay * p"

# %% mutant: decoupled_from_gradient
"""Decoupled: the gradient pulls the weight, too, before it is returned."""

old = "p *= 1 - lr * weight_decay"
new = "p -= lr * (g + weight_decay * p)"

# %% mutant: coupled_moves_p
"""Coupled: the weight itself takes the pull as well."""

old = "return g + weight_decay * p"
new = """\
out = g + weight_decay * p
p *= 1 - lr * weight_decay
return out"""

# %% edge: widened
"""The coupled gradient is made in an array of zeros, which is float64 whatever came in."""

old = "return g + weight_decay * p"
new = """\
out = np.zeros(g.shape)
out += g + weight_decay * p
return out"""

# %% alternative: copies
"""Copies of the gradient."""

new = g.copy()
if decoupled:
    np.multiply(p, 1 - lr * weight_decay, out=p)
else:
    new += weight_decay * p
return new

# %% alternative: subtracted
"""The share is subtracted."""

if decoupled:
    p -= lr * weight_decay * p
    return g
return weight_decay * p + g
