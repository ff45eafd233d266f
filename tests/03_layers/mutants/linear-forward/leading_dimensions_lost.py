"""The rows are not put back into the leading dimensions."""
if x.shape[-1] != weight.shape[1]:
    raise ValueError(f"{x.shape[-1]} features, but the weight takes {weight.shape[1]}")
out = as_rows(x) @ weight.T
return out if bias is None else out + bias
