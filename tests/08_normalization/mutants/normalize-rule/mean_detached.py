"""The mean is taken for a constant."""
return (g - normed * average(dims, g, normed)) * inverse
