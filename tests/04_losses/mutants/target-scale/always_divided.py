"""A sum is divided, too."""
counted = target != ignore_index
scale = weight[np.where(counted, target, 0)] * counted
return scale / scale.sum()
