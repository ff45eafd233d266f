"""Each output is counted once, as if ReLU worked in place."""
parameters = sum(n * m + m for n, m in pairwise(sizes))
outputs = batch * sum(sizes[1:])
return 4 * (parameters * (1 + slots) + outputs), 4 * parameters * (2 + slots)
