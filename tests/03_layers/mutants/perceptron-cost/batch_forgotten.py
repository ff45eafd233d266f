"""The multiplications of one row."""
layers = list(itertools.pairwise(sizes))
parameters = sum(n * m + m for n, m in layers)
products = [n * m for n, m in layers]
return parameters, 8 * parameters, 3 * sum(products) - products[0]
