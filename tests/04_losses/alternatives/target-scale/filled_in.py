"""Zeros, filled in where rows count."""
counted = target != ignore_index
scale = np.zeros(len(target), weight.dtype)
scale[counted] = weight[target[counted]]
return scale / scale.sum() if reduction == "mean" else scale
