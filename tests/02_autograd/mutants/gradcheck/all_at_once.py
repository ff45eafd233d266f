"""All values are moved together."""
x += eps
above = f()
x -= 2 * eps
below = f()
x += eps
return np.full_like(x, (above - below) / (2 * eps))
