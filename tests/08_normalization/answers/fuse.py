# %% mutant: along_the_inputs
"""The scale runs along the inputs of the weight: its shape does not meet them (ValueError)."""

old = "linear.weight.array * scale[:, None]"
new = "linear.weight.array * scale"

# %% mutant: bias_not_scaled
"""The bias of the linear layer is not scaled."""

old = "scale * linear.bias.array + shift"
new = "linear.bias.array + shift"

# %% mutant: in_place
"""The weights of the layer itself are scaled."""

old = "return fused"
new = """\
linear.weight.array *= scale[:, None]
return fused"""

# %% mutant: shift_lost
"""The shift is forgotten where there is a bias."""

old = "scale * linear.bias.array + shift"
new = "scale * linear.bias.array"

# %% alternative: asked
"""The linear layer is asked what it gives for zeros and for each input."""

size = linear.in_features
with no_grad():
    constant = linear(zeros(1, size))
    linear_part = linear(tensor(np.eye(size, dtype="float32"))) - constant
    fused = Linear(size, linear.out_features)
    offset = norm(constant)
    fused.bias.array[...] = offset.array[0]
    fused.weight.array[...] = (norm(linear_part + constant) - offset).array.T
return fused
