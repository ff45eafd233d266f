"""Only weights are counted."""
parameters = sum(n * m for n, m in pairwise(sizes))
outputs = batch * sum(sizes[1:])
return 4 * (parameters * (1 + slots) + 2 * outputs), 4 * parameters * (2 + slots)
