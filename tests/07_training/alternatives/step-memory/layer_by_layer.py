"""A layer at a time."""
forward = backward = 0
for i in range(1, len(sizes)):
    weights = (sizes[i - 1] + 1) * sizes[i]
    forward += 4 * weights * (1 + slots) + 8 * batch * sizes[i]
    backward += 4 * weights * (2 + slots)
return forward, backward
