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

# %% mutant: looked_up
"""The weight of an ignored target is looked up as well: an IndexError, as -100 is no class."""

old = "scale = weight[np.where(counted, target, 0)] * counted"
new = "scale = weight[target] * counted"

# %% mutant: minimum_divisor
"""The divisor is at least 1, so that nothing is divided by 0."""

old = 'return scale / scale.sum() if reduction == "mean" else scale'
new = 'return scale / max(scale.sum(), 1) if reduction == "mean" else scale'

# %% mutant: zeros_for_nothing
"""Where nothing counts the scales are 0, and the loss is 0 instead of NaN."""

old = 'return scale / scale.sum() if reduction == "mean" else scale'
new = """\
if reduction == "mean" and scale.sum() > 0:
    scale = scale / scale.sum()
return scale"""

# %% mutant: widened
"""The scales are float64, whatever the weights are."""

old = "scale = weight[np.where(counted, target, 0)] * counted"
new = "scale = np.array([weight[t] * 1.0 if t != ignore_index else 0.0 for t in target], float)"

# %% edge: clipped_below
"""Targets below 0 are looked up as class 0: an IndexError where ignore_index is 255."""

old = "scale = weight[np.where(counted, target, 0)] * counted"
new = "scale = weight[np.maximum(target, 0)] * counted"

# %% alternative: list_of_rows
"""Row by row, in a list."""

scale = np.array([0 if t == ignore_index else weight[t] for t in target], weight.dtype)
if reduction == "mean":
    with np.errstate(invalid="ignore"):
        scale = np.divide(scale, np.sum(scale))
return scale

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
