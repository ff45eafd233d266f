"""The biases are not counted."""
layers = list(itertools.pairwise(sizes))
parameters = sum(n * m for n, m in layers)
products = [batch * n * m for n, m in layers]
return parameters, 8 * parameters, 3 * sum(products) - products[0]
