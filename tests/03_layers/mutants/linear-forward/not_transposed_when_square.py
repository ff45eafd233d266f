"""The weight is transposed only if the product is impossible otherwise."""
if x.shape[-1] != weight.shape[1]:
    raise ValueError(f"{x.shape[-1]} features, but the weight takes {weight.shape[1]}")
rows = as_rows(x)
out = rows @ (weight if weight.shape[0] == weight.shape[1] else weight.T)
if bias is not None:
    out += bias
return out.reshape(*x.shape[:-1], len(weight))
