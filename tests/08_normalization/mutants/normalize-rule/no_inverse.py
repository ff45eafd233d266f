"""The inverse deviation is missing."""
return g - average(dims, g) - normed * average(dims, g, normed)
