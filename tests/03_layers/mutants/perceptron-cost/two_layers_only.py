"""Works out the first and the last layer, and none in between."""
first, last = sizes[:2], sizes[-2:]
layers = [first] if len(sizes) == 2 else [first, last]
parameters = sum(n * m + m for n, m in layers)
products = [batch * n * m for n, m in layers]
return parameters, 8 * parameters, 3 * sum(products) - products[0]
