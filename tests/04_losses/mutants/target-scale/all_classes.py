"""Divided by the weights of all classes."""
counted = target != ignore_index
scale = weight[np.where(counted, target, 0)] * counted
return scale / weight.sum() if reduction == "mean" else scale
