"""Negative targets are ignored, whatever ignore_index is."""
counted = target >= 0
scale = weight[np.where(counted, target, 0)] * counted
return scale / scale.sum() if reduction == "mean" else scale
