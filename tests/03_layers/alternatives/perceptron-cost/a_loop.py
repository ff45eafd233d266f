"""A loop over the layers by their number."""
parameters = products = 0
for i in range(len(sizes) - 1):
    weights = sizes[i] * sizes[i + 1]
    parameters += weights + sizes[i + 1]
    products += weights * batch * (2 if i == 0 else 3)
return parameters, parameters * 4 * 2, products
