"""Divided by how many rows count, not by how much."""
counted = target != ignore_index
scale = weight[np.where(counted, target, 0)] * counted
return scale / counted.sum(dtype=weight.dtype) if reduction == "mean" else scale
