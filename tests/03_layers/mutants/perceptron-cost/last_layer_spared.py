"""The last layer is spared the gradient of its input, not the first."""
layers = list(itertools.pairwise(sizes))
parameters = sum(n * m + m for n, m in layers)
products = [batch * n * m for n, m in layers]
return parameters, 8 * parameters, 3 * sum(products) - products[-1]
