"""Layer norm over the last dimension, whatever `dims` says."""
mean = x.mean(-1, keepdims=True)
var = x.var(-1, keepdims=True)
inverse = 1 / np.sqrt(var + eps)
return (x - mean) * inverse, mean, var, inverse
