"""NumPy's product of a stack and a matrix, without as_rows."""
if x.shape[-1] != weight.shape[-1]:
    raise ValueError("%d features, but the weight takes %d" % (x.shape[-1], weight.shape[-1]))
product = x @ np.swapaxes(weight, 0, 1)
return product if bias is None else product + bias
