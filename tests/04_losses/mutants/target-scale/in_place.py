"""The targets are overwritten: ignored ones become class 0."""
counted = target != ignore_index
target[~counted] = 0
scale = weight[target] * counted
return scale / scale.sum() if reduction == "mean" else scale
