"""The formula, letter by letter."""
units, features = weight.shape
if x.shape[-1] != features:
    raise ValueError(f"{x.shape[-1]} features, but the weight takes {features}")
bias = np.zeros(units, x.dtype) if bias is None else bias
return np.einsum("...i,ji->...j", x, weight) + bias
