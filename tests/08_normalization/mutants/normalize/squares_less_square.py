"""The mean of squares less the square of the mean: digits are lost far from 0."""
mean = average(dims, x)
var = average(dims, x, x) - mean * mean
inverse = 1 / np.sqrt(np.maximum(var, 0) + eps)
return (x - mean) * inverse, mean, var, inverse
