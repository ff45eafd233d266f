"""The reduced dimensions are not kept."""
mean = average(dims, x)
normed = x - mean
var = average(dims, normed, normed)
inverse = 1 / np.sqrt(var + eps)
return normed * inverse, mean.squeeze(), var.squeeze(), inverse.squeeze()
