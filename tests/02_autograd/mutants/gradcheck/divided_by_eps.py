"""The two points are taken to be eps apart, not 2 * eps."""
gradient = np.zeros_like(x)
for place in np.ndindex(x.shape):
    value = x[place]
    x[place] = value + eps
    above = f()
    x[place] = value - eps
    below = f()
    x[place] = value
    gradient[place] = (above - below) / eps
return gradient
