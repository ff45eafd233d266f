"""A copy is changed, which f never sees."""
gradient, copy = np.zeros_like(x), x.copy()
for place in np.ndindex(x.shape):
    copy[place] = x[place] + eps
    above = f()
    copy[place] = x[place] - eps
    below = f()
    copy[place] = x[place]
    gradient[place] = (above - below) / (2 * eps)
return gradient
