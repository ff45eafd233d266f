# %% mutant: all_classes
"""Divided by the weights of all classes."""

old = 'return scale / scale.sum() if reduction == "mean" else scale'
new = 'return scale / weight.sum() if reduction == "mean" else scale'

# %% mutant: all_rows
"""A mean over all rows, the ignored among them."""

old = 'return scale / scale.sum() if reduction == "mean" else scale'
new = 'return scale / len(target) if reduction == "mean" else scale'

# %% mutant: always_divided
"""A sum is divided, too."""

old = 'return scale / scale.sum() if reduction == "mean" else scale'
new = "return scale / scale.sum()"

# %% mutant: counted_rows
"""Divided by how many rows count, not by how much."""

old = 'return scale / scale.sum() if reduction == "mean" else scale'
new = 'return scale / counted.sum(dtype=weight.dtype) if reduction == "mean" else scale'

# %% mutant: in_place
"""The targets are overwritten: ignored ones become class 0."""

old = "scale = weight[np.where(counted, target, 0)] * counted"
new = """\
target[~counted] = 0
scale = weight[target] * counted"""

# %% mutant: negative_ignored
"""Negative targets are ignored, whatever ignore_index is."""

old = "counted = target != ignore_index"
new = "counted = target >= 0"

# %% mutant: never_ignored
"""Ignored rows count like the others."""

old = "scale = weight[np.where(counted, target, 0)] * counted"
new = "scale = weight[np.where(counted, target, 0)]"

# %% mutant: no_weights
"""The weights of the classes are not used."""

old = "scale = weight[np.where(counted, target, 0)] * counted"
new = "scale = counted.astype(weight.dtype)"

# %% mutant: sum_only
""""none" is divided as a mean is."""

old = 'return scale / scale.sum() if reduction == "mean" else scale'
new = 'return scale if reduction == "sum" else scale / scale.sum()'

# %% alternative: copied
"""A copy of the targets, with a class for the ignored ones."""

known = target.copy()
known[target == ignore_index] = 0
scale = np.where(target == ignore_index, weight.dtype.type(0), weight[known])
if reduction == "mean":
    scale = scale / np.sum(scale)
return scale

# %% alternative: filled_in
"""Zeros, filled in where rows count."""

old = "scale = weight[np.where(counted, target, 0)] * counted"
new = """\
scale = np.zeros(len(target), weight.dtype)
scale[counted] = weight[target[counted]]"""
