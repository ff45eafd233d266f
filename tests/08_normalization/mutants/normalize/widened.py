"""A NumPy number as eps makes everything float64."""
mean = average(dims, x)
var = average(dims, x - mean, x - mean)
inverse = 1 / np.sqrt(var + np.float64(eps))
return (x - mean) * inverse, mean, var, inverse
