"""The right numbers in new memory."""
return np.swapaxes(x, dim0, dim1).copy()
