"""`.shape[0]` rows, as if the input always were a matrix."""
if x.shape[-1] != weight.shape[1]:
    raise ValueError(f"{x.shape[-1]} features, but the weight takes {weight.shape[1]}")
out = x.reshape(x.shape[0], -1) @ weight.T
return out if bias is None else out + bias
