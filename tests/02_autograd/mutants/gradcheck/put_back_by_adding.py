"""Adding and subtracting eps leaves a rounding error in x."""
gradient = np.zeros_like(x)
for place in np.ndindex(x.shape):
    x[place] += eps
    above = f()
    x[place] -= 2 * eps
    below = f()
    x[place] += eps
    gradient[place] = (above - below) / (2 * eps)
return gradient
