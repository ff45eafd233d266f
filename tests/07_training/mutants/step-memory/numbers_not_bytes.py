"""Numbers are counted, not bytes."""
parameters = sum(n * m + m for n, m in pairwise(sizes))
outputs = batch * sum(sizes[1:])
return parameters * (1 + slots) + 2 * outputs, parameters * (2 + slots)
