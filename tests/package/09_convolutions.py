# %% mutant: adaptive_windows_equal
"""Adaptive windows are all of the same size; where it does not divide, the rest is left out."""

function = "adaptive_means"
old = "start, end = i * size // count, -(-(i + 1) * size // count)"
new = "start, end = i * (size // count), max((i + 1) * (size // count), i * (size // count) + 1)"
tests = ["integration/test_cnn_integration.py"]

# %% mutant: bias_gradient_averaged
"""The gradient of a bias is the mean over the batch."""

function = "conv2d_rules.for_bias"
old = "total((0, 2, 3), g).reshape(-1)"
new = "total((0, 2, 3), g).reshape(-1) / len(g)"
tests = ["integration/test_cnn_integration.py"]

# %% mutant: channels_dropped_by_the_pixel
"""Dropout of images takes single pixels."""

function = "dropout2d"
old = "ones(*input.shape[:-2], 1, 1, dtype=input.dtype)"
new = "ones(*input.shape, dtype=input.dtype)"
tests = ["integration/test_cnn_integration.py"]

# %% mutant: cropped_at_the_wrong_side
"""The gradient loses the padding of both sides at the end of rows and columns."""

function = "cropped"
old = "wide[:, :, p : h - p, q : w - q]"
new = "wide[:, :, : h - 2 * p, : w - 2 * q]"
tests = ["integration/test_cnn_integration.py"]

# %% mutant: dilation_lost
"""Dilation is left out."""

function = "conv2d"
old = 'how["dilation"] = pair("conv2d", "dilation", dilation)'
new = 'how["dilation"] = (1, 1)'
tests = ["integration/test_cnn_integration.py"]

# %% mutant: fan_in_without_the_kernel
"""The bound of the weights forgets that a filter sees kh * kw pixels of each channel."""

function = "conv_parameters"
old = "math.sqrt(weight[0].numel())"
new = "math.sqrt(in_channels)"
tests = ["integration/test_cnn_integration.py"]

# %% mutant: filters_learn_from_the_last_image
"""The gradient of the filters is that of the last image."""

function = "conv2d_rules.for_weight"
old = "(flat @ columns.swapaxes(1, 2)).sum(0)"
new = "(flat @ columns.swapaxes(1, 2))[-1]"
tests = ["integration/test_cnn_integration.py"]

# %% mutant: filters_never_learn
"""The operation does not know the filters: they get no gradient."""

function = "conv2d"
old = "more = () if bias is None else (bias,)"
new = "more, weight = () if bias is None else (bias,), weight.detach()"
tests = ["integration/test_cnn_integration.py"]

# %% mutant: groups_ignored_by_the_gradient
"""The gradient of the images takes all filters as one group."""

function = "input_gradient"
old = "return convolution.input_gradient(g, x.shape, weight, groups=groups, **how)"
new = """\
if groups == 1:
    return convolution.input_gradient(g, x.shape, weight, groups=groups, **how)
part = convolution.input_gradient(g, (len(x), weight.shape[1], *x.shape[2:]), weight, **how)
return np.concatenate([part] * groups, 1)"""
tests = ["integration/test_cnn_integration.py"]

# %% mutant: kernel_turned_in_both_passes
"""A convolution for a cross-correlation: the kernel is turned, in the gradient as well."""

function = "conv2d"
old = "convolution_op(x, weight, *more, padding=both, **how)"
new = "convolution_op(x, weight.flip((2, 3)), *more, padding=both, **how)"
tests = ["integration/test_cnn_integration.py"]

# %% mutant: max_pool_pays_all_ties
"""Of several pixels that are largest, each gets the whole gradient."""

function = "max_pool_rule"
old = """\
if isinstance(winner, tuple):
    return pooling.max_pool_gradient(g, winner, x.shape, **how)
return max_pool_parts()[1](g, winner, x, **how)"""
new = """\
y, gx = max_pool_forward(x, **how)[0], 0
for place in range(how["kernel"][0] * how["kernel"][1]):
    part = max_pool_parts()[1](g, np.full(g.shape, place), x, **how)
    won = max_pool_parts()[1](y, np.full(g.shape, place), x, **how) == x
    gx = gx + part * won
return gx"""
tests = ["integration/test_cnn_integration.py"]

# %% mutant: means_by_one_size
"""Adaptive windows are divided by one size, although they differ where it does not divide."""

function = "adaptive_avg_pool2d"
old = "adaptive_means(adaptive_means(input, input.ndim - 2, rows), input.ndim - 1, columns)"
new = """\
(
    adaptive_means(adaptive_means(input, input.ndim - 2, rows), input.ndim - 1, columns)
    * (input.shape[-2] / rows * input.shape[-1] / columns)
    / max(1, input.shape[-2] // rows * (input.shape[-1] // columns))
)"""
tests = ["integration/test_cnn_integration.py"]

# %% mutant: overlaps_assigned
"""What a pixel gets from overlapping windows is overwritten, not added."""

function = "conv2d_rules.for_x"
old = "view[..., i, j] += parts[:, :, i, j]"
new = "view[..., i, j] = parts[:, :, i, j]"
tests = ["integration/test_cnn_integration.py"]

# %% mutant: pool_overlaps_assigned
"""A pixel that wins several windows gets the gradient of the last one."""

function = "max_pool_parts.rule"
old = "view[..., i, j] += g * (winner == place)"
new = "np.copyto(view[..., i, j], g, where=winner == place)"
tests = ["integration/test_cnn_integration.py"]

# %% mutant: pool_padding_of_zeros
"""The padding of a max pool is 0, and wins where everything is negative."""

function = "max_pool_parts.forward"
old = "padded(x, padding, -np.inf)"
new = "padded(x, padding)"
tests = ["integration/test_cnn_integration.py"]

# %% mutant: rest_of_the_bias
"""One image gets no bias."""

function = "convolution_forward"
old = "if bias is not None:"
new = "if bias is not None and len(x) > 1:"
tests = ["integration/test_cnn_integration.py"]

# %% mutant: rows_and_columns_exchanged
"""The stride of rows is used for columns, and the other way round."""

function = "conv2d"
old = 'how = {"stride": pair("conv2d", "stride", stride), "groups": groups}'
new = 'how = {"stride": pair("conv2d", "stride", stride)[::-1], "groups": groups}'
tests = ["integration/test_cnn_integration.py"]

# %% mutant: same_pads_before
"""padding="same" puts the odd row and column before the image, not after it."""

function = "conv2d"
old = "pad(input, (0, right, 0, bottom))"
new = "pad(input, (right, 0, bottom, 0))"
tests = ["integration/test_cnn_integration.py"]

# %% mutant: size_rounded_up
"""The number of windows is rounded up: the last one reads what lies behind the image."""

function = "output_size"
old = "return (room - extent) // stride + 1"
new = "return -(-(room - extent) // stride) + 1"
tests = ["integration/test_cnn_integration.py"]

# %% mutant: ties_go_to_the_last
"""Of several pixels that are largest, the last one gets the gradient."""

function = "max_pool_parts.forward"
old = "winner[value > y] = place"
new = "winner[value >= y] = place"
tests = ["integration/test_cnn_integration.py"]

# %% alternative: always_as_columns
"""Windows are columns whenever there is one group, whatever the number of channels."""

function = "is_yours"
old = "groups == 1 and not convolution.in_rows(weight.shape[1])"
new = "groups == 1"
tests = ["integration/test_cnn_integration.py"]

# %% alternative: always_as_rows
"""Windows are always written as rows, whatever the number of channels."""

function = "is_yours"
old = "groups == 1 and not convolution.in_rows(weight.shape[1])"
new = "False"
tests = ["integration/test_cnn_integration.py"]

# %% alternative: pools_all_alike
"""Pooling of 2 x 2 is done as any other."""

function = "max_pool_forward"
old = "if how == PAIRWISE:"
new = "if False:"
tests = ["integration/test_cnn_integration.py"]

# %% alternative: products_by_einsum
"""The gradient of the filters by einsum."""

function = "conv2d_rules.for_weight"
old = "(flat @ columns.swapaxes(1, 2)).sum(0)"
new = 'np.einsum("nop,nkp->ok", flat, columns, optimize=True)'
tests = ["integration/test_cnn_integration.py"]
