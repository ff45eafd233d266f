"""A copy of the targets, with a class for the ignored ones."""
known = target.copy()
known[target == ignore_index] = 0
scale = np.where(target == ignore_index, weight.dtype.type(0), weight[known])
if reduction == "mean":
    scale = scale / np.sum(scale)
return scale
