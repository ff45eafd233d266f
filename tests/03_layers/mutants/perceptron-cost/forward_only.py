"""Only the forward pass is counted."""
layers = list(itertools.pairwise(sizes))
parameters = sum(n * m + m for n, m in layers)
return parameters, 8 * parameters, batch * sum(n * m for n, m in layers)
