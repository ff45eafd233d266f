"""The input counts along."""
parameters = sum(n * m + m for n, m in pairwise(sizes))
outputs = batch * sum(sizes)
return 4 * (parameters * (1 + slots) + 2 * outputs), 4 * parameters * (2 + slots)
