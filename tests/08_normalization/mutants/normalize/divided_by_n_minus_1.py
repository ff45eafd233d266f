"""The variance is divided by n - 1."""
mean = average(dims, x)
normed = x - mean
count = math.prod(x.shape[d] for d in dims)
var = average(dims, normed, normed) * (count / max(count - 1, 1))
inverse = 1 / np.sqrt(var + eps)
return normed * inverse, mean, var, inverse
