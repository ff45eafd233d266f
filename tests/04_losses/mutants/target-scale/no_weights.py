"""The weights of the classes are not used."""
scale = (target != ignore_index).astype(weight.dtype)
return scale / scale.sum() if reduction == "mean" else scale
