"""The bias is turned into float64, and the result with it."""
if x.shape[-1] != weight.shape[1]:
    raise ValueError(f"{x.shape[-1]} features, but the weight takes {weight.shape[1]}")
out = as_rows(x) @ weight.T
if bias is not None:
    out = out + np.array(bias.tolist())
return out.reshape(*x.shape[:-1], len(weight))
