# %% mutant: wraps_around
"""Made an integer before it is clipped."""

function = "quantize"
old = "return np.clip(q, qmin, qmax).astype(np.int8)"
new = "return np.clip(q.astype(np.int64).astype(np.int8), qmin, qmax)"
tests = ["integration/test_quantization_integration.py"]

# %% mutant: rounded_down
"""Rounded down, not to the nearest."""

function = "quantize"
old = "np.rint(x / scale)"
new = "np.floor(x / scale)"
tests = ["integration/test_quantization_integration.py"]

# %% mutant: one_scale_for_all
"""One scale for the whole weight."""

function = "channel_scales"
old = "return np.where(scales == 0, 1, scales).astype(np.float32)"
new = "return np.full_like(scales, scales.max()).astype(np.float32)"
tests = ["integration/test_quantization_integration.py"]

# %% mutant: zero_point_forgotten
"""The sums do not know the zero point."""

function = "int_matmul"
old = "return total - zero_point * p.sum(axis=1, dtype=np.int32)"
new = "return total"
tests = ["integration/test_quantization_integration.py"]

# %% mutant: bias_by_the_weight
"""The bias is rounded by the scale of the weight alone."""

function = "integer_linear"
old = "np.rint(bias / steps)"
new = "np.rint(bias / scales.reshape(-1))"
tests = ["integration/test_quantization_integration.py"]

# %% mutant: first_grid_for_all
"""Every layer has the grid of the first one's input."""

function = "quantize_model"
old = "grid = affine_grid(*observed_range(inputs, keep))"
new = "grid = affine_grid(*observed_range(next(iter(seen.values())), keep))"
tests = ["integration/test_quantization_integration.py"]

# %% mutant: last_batch_only
"""Calibration looks at the last batch only."""

function = "observed_range"
old = "np.concatenate(values)"
new = "values[-1]"
tests = ["integration/test_quantization_integration.py"]

# %% mutant: keep_ignored
"""Nothing is ever cut off."""

function = "observed_range"
old = "cut = (1 - keep) / 2"
new = "cut = 0.0"
tests = ["integration/test_quantization_integration.py"]

# %% mutant: no_gradient_through_the_grid
"""The slope of a staircase."""

function = "fake_quantize_parts.rule"
old = "np.where((q >= qmin) & (q <= qmax), g, 0)"
new = "np.zeros_like(g)"
tests = ["integration/test_quantization_integration.py"]

# %% mutant: trains_silently
"""Training a quantized model is not refused."""

function = "_Quantized._input"
old = "self.training or (grad_mode.enabled and input.requires_grad)"
new = "False"
tests = ["integration/test_quantization_integration.py"]

# %% mutant: norm_not_folded
"""The batch norm is taken away and nothing put in its place."""

function = "fold_norms"
old = "fold_into(layer, norm)"
new = "pass"
tests = ["integration/test_quantization_integration.py"]

# %% alternative: products_in_int64
"""The product of NumPy's integers."""

function = "int_matmul"
old = "total += (left @ right.T).astype(np.int32)"
new = "total += (left.astype(np.int64) @ right.astype(np.int64).T).astype(np.int32)"
tests = ["integration/test_quantization_integration.py"]
