"""Of several dimensions, only the first is averaged over."""
dims = dims[:1]
return (g - average(dims, g) - normed * average(dims, g, normed)) * inverse
