"""The gradients of the last step are counted in the forward pass too."""
parameters = sum(n * m + m for n, m in pairwise(sizes))
outputs = batch * sum(sizes[1:])
return 4 * (parameters * (2 + slots) + 2 * outputs), 4 * parameters * (2 + slots)
