"""The statistics run over the batch, whatever `dims` says."""
mean = x.mean(0, keepdims=True)
var = x.var(0, keepdims=True)
inverse = 1 / np.sqrt(var + eps)
return (x - mean) * inverse, mean, var, inverse
