# %% mutant: all_classes
"""Divided by the weights of all classes."""

counted = target != ignore_index
scale = weight[np.where(counted, target, 0)] * counted
return scale / weight.sum() if reduction == "mean" else scale

# %% mutant: all_rows
"""A mean over all rows, the ignored among them."""

counted = target != ignore_index
scale = weight[np.where(counted, target, 0)] * counted
return scale / len(target) if reduction == "mean" else scale

# %% mutant: always_divided
"""A sum is divided, too."""

counted = target != ignore_index
scale = weight[np.where(counted, target, 0)] * counted
return scale / scale.sum()

# %% mutant: counted_rows
"""Divided by how many rows count, not by how much."""

counted = target != ignore_index
scale = weight[np.where(counted, target, 0)] * counted
return scale / counted.sum(dtype=weight.dtype) if reduction == "mean" else scale

# %% mutant: in_place
"""The targets are overwritten: ignored ones become class 0."""

old = "scale = weight[np.where(counted, target, 0)] * counted  # (n,)"
new = """\
target[~counted] = 0
scale = weight[target] * counted"""

# %% mutant: negative_ignored
"""Negative targets are ignored, whatever ignore_index is."""

counted = target >= 0
scale = weight[np.where(counted, target, 0)] * counted
return scale / scale.sum() if reduction == "mean" else scale

# %% mutant: never_ignored
"""Ignored rows count like the others."""

scale = weight[np.where(target == ignore_index, 0, target)]
return scale / scale.sum() if reduction == "mean" else scale

# %% mutant: no_weights
"""The weights of the classes are not used."""

scale = (target != ignore_index).astype(weight.dtype)
return scale / scale.sum() if reduction == "mean" else scale

# %% mutant: sum_only
""""none" is divided as a mean is."""

counted = target != ignore_index
scale = weight[np.where(counted, target, 0)] * counted
return scale if reduction == "sum" else scale / scale.sum()

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

old = "scale = weight[np.where(counted, target, 0)] * counted  # (n,)"
new = """\
scale = np.zeros(len(target), weight.dtype)
scale[counted] = weight[target[counted]]"""
