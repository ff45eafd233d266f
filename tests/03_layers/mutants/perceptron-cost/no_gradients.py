"""The bytes of the gradients are not counted."""
layers = list(itertools.pairwise(sizes))
parameters = sum(n * m + m for n, m in layers)
products = [batch * n * m for n, m in layers]
return parameters, 4 * parameters, 3 * sum(products) - products[0]
