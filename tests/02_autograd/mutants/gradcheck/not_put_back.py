"""Each value stays moved."""
gradient = np.zeros_like(x)
for place in np.ndindex(x.shape):
    value = x[place]
    x[place] = value + eps
    above = f()
    x[place] = value - eps
    below = f()
    gradient[place] = (above - below) / (2 * eps)
return gradient
