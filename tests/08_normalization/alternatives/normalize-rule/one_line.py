"""The formula as it stands."""
return inverse * (g - average(dims, g) - normed * average(dims, g, normed))
