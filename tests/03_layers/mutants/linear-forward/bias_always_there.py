"""A bias of None is not provided for."""
if x.shape[-1] != weight.shape[1]:
    raise ValueError(f"{x.shape[-1]} features, but the weight takes {weight.shape[1]}")
out = as_rows(x) @ weight.T + bias
return out.reshape(*x.shape[:-1], len(weight))
