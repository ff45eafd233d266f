"""The averages run over the last dimension, whatever `dims` says."""
dims = (g.ndim - 1,)
return (g - average(dims, g) - normed * average(dims, g, normed)) * inverse
