"""A mean over all rows, the ignored among them."""
counted = target != ignore_index
scale = weight[np.where(counted, target, 0)] * counted
return scale / len(target) if reduction == "mean" else scale
