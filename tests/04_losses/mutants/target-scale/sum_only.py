""""none" is divided as a mean is."""
counted = target != ignore_index
scale = weight[np.where(counted, target, 0)] * counted
return scale if reduction == "sum" else scale / scale.sum()
