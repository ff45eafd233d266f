"""Ignored rows count like the others."""
scale = weight[np.where(target == ignore_index, 0, target)]
return scale / scale.sum() if reduction == "mean" else scale
