"""Goes along the first dimension only."""
gradient = np.zeros_like(x)
for i in range(len(x)):
    value = np.copy(x[i])
    x[i] = value + eps
    above = f()
    x[i] = value - eps
    below = f()
    x[i] = value
    gradient[i] = (above - below) / (2 * eps)
return gradient
