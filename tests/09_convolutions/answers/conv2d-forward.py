# %% edge: always_float32
"""The result is made float32: digits of a float64 are lost."""

old = "return y.reshape(n, out, h_out, w_out), columns"
new = "return y.reshape(n, out, h_out, w_out).astype(np.float32), columns"

# %% mutant: always_float64
"""The windows are copied into an array of float64."""

old = "y = weight.reshape(out, -1) @ columns"
new = "y = weight.reshape(out, -1).astype(np.float64) @ columns"

# %% mutant: bias_along_the_places
"""The bias is added along the last dimension, where it does not fit (ValueError)."""

old = "y += bias[:, None]"
new = "y += bias"

# %% mutant: bias_missing
"""The bias is not added."""

old = "y += bias[:, None]"
new = "pass"

# %% mutant: channels_last_in_columns
"""Filters and columns in the order of rows, columns, channels: y is right, the columns are not."""

old = "view.transpose(0, 1, 4, 5, 2, 3).reshape"
new = "view.transpose(0, 4, 5, 1, 2, 3).reshape"
old = "weight.reshape(out, -1) @"
new = "weight.transpose(0, 2, 3, 1).reshape(out, -1) @"

# %% mutant: channels_last_only_in_columns
"""The columns are in another order than the filters."""

old = "view.transpose(0, 1, 4, 5, 2, 3).reshape"
new = "view.transpose(0, 4, 5, 1, 2, 3).reshape"

# %% mutant: dilation_ignored
"""The dilation is not handed on."""

old = "windows(padded(x, padding), kernel, stride, dilation)"
new = "windows(padded(x, padding), kernel, stride, (1, 1))"

# %% mutant: filter_turned
"""The filter is turned by 180 degrees: a convolution as in mathematics."""

old = "y = weight.reshape(out, -1) @ columns"
new = "y = weight[..., ::-1, ::-1].reshape(out, -1) @ columns"

# %% mutant: filter_over_its_diagonal
"""Rows and columns of the window are exchanged in the columns."""

old = "view.transpose(0, 1, 4, 5, 2, 3).reshape"
new = "view.transpose(0, 1, 5, 4, 2, 3).reshape"

# %% mutant: one_row
"""The places stay in one row."""

old = "return y.reshape(n, out, h_out, w_out), columns"
new = "return y, columns"

# %% mutant: padding_exchanged
"""The padding for rows goes to the columns."""

old = "padded(x, padding)"
new = "padded(x, padding[::-1])"

# %% mutant: padding_ignored
"""Nothing is padded."""

old = "padded(x, padding)"
new = "x"

# %% mutant: places_exchanged
"""The places are read column by column."""

old = "view.transpose(0, 1, 4, 5, 2, 3).reshape"
new = "view.transpose(0, 1, 4, 5, 3, 2).reshape"

# %% mutant: reshaped_without_transpose
"""The windows are reshaped as they come: the numbers are all there, in no order."""

old = "view.transpose(0, 1, 4, 5, 2, 3).reshape"
new = "view.reshape"

# %% mutant: stride_ignored
"""The stride is not handed on."""

old = "windows(padded(x, padding), kernel, stride, dilation)"
new = "windows(padded(x, padding), kernel, (1, 1), dilation)"

# %% mutant: weight_changed
"""The bias is added to the filters themselves."""

old = "y = weight.reshape(out, -1) @ columns"
new = """\
if bias is not None:
    weight += bias[:, None, None, None]
y = weight.reshape(out, -1) @ columns"""

# %% mutant: bias_as_a_condition
"""ValueError: asks whether a bias of several numbers is true."""

old = "if bias is not None:"
new = "if bias:"

# %% alternative: einsum
"""Both by einsum."""

parts = windows(padded(x, padding), weight.shape[2:], stride, dilation)
y = np.einsum("ncijab,ocab->noij", parts, weight)
if bias is not None:
    y = y + bias.reshape(-1, 1, 1)
flat = np.moveaxis(parts, (4, 5), (2, 3)).reshape(len(x), weight[0].size, -1)
return y, flat

# %% alternative: image_by_image
"""One product an image, in a loop."""

view = windows(padded(x, padding), weight.shape[2:], stride, dilation)
table = weight.reshape(len(weight), -1)
places = view.shape[2] * view.shape[3]
columns = [image.transpose(0, 3, 4, 1, 2).reshape(-1, places) for image in view]
y = np.array([table @ one for one in columns])
y = y.reshape(len(x), len(weight), *view.shape[2:4])
return y if bias is None else y + bias[:, None, None], np.array(columns)
