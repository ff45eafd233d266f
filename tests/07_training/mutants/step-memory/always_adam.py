"""Two slots, whatever the optimizer."""
parameters = sum(n * m + m for n, m in pairwise(sizes))
outputs = batch * sum(sizes[1:])
return 4 * (parameters * 3 + 2 * outputs), 16 * parameters
