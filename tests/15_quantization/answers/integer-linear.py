# %% mutant: input_scale_missing
"""The input's scale is forgotten at the end."""

old = "return (total * steps)"
new = "return (total * scales.reshape(-1))"

# %% mutant: weight_scales_missing
"""The weight's scales are forgotten at the end."""

old = "return (total * steps)"
new = "return (total * scale)"

# %% mutant: zero_point_missing
"""The product does not know the zero point."""

old = "int_matmul(quantize(x, scale, zero_point), zero_point, p)"
new = "int_matmul(quantize(x, scale, zero_point), 0, p)"

# %% mutant: bias_as_float
"""The bias is added at the end, as a float."""

scale, zero_point = grid
total = int_matmul(quantize(x, scale, zero_point), zero_point, p)
y = total * (scale * scales.reshape(-1))
return (y if bias is None else y + bias).astype(np.float32)

# %% mutant: bias_by_the_weight
"""The bias is rounded by the scale of the weight."""

old = "bias / steps"
new = "bias / scales.reshape(-1)"

# %% mutant: bias_by_the_input
"""The bias is rounded by the scale of the input."""

old = "bias / steps"
new = "bias / scale"

# %% mutant: bias_cut_off
"""The bias is made an integer before it is divided."""

old = "np.rint(bias / steps)"
new = "(np.trunc(bias) / steps)"

# %% mutant: scales_along_rows
"""The scales stay a column, and meet the rows."""

old = "steps = (scale * scales.reshape(-1))"
new = "steps = (scale * scales)"

# %% mutant: no_bias
"""The bias is never added."""

old = "total = total + np.rint(bias / steps).astype(np.int32)"
new = "total = total + 0"

# %% edge: bias_as_a_small_integer
"""The bias is stored as an int8."""

old = "np.rint(bias / steps).astype(np.int32)"
new = "np.rint(bias / steps).clip(-5, 127).astype(np.int32)"

# %% alternative: unit_by_unit
"""A loop over the units."""

scale, zero_point = grid
q = quantize(x, scale, zero_point)
columns = []
for j, row in enumerate(p):
    step = np.float32(scale * float(scales.reshape(-1)[j]))
    whole = int_matmul(q, zero_point, row[None])[..., 0]
    if bias is not None:
        whole = whole + int(np.rint(bias[j] / step))
    columns.append((whole * np.float64(step)).astype(np.float32))
return np.stack(columns, axis=-1)
