"""The values are divided, but the mean stays."""
mean = average(dims, x)
var = average(dims, x - mean, x - mean)
inverse = 1 / np.sqrt(var + eps)
return x * inverse, mean, var, inverse
