"""The gradient of the first layer's input is counted."""
layers = list(itertools.pairwise(sizes))
parameters = sum(n * m + m for n, m in layers)
return parameters, 8 * parameters, 3 * batch * sum(n * m for n, m in layers)
