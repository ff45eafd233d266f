"""Through an order of all dimensions with two of them swapped."""
order = list(range(x.ndim))
order[dim0], order[dim1] = dim1, dim0
return x.transpose(order)
