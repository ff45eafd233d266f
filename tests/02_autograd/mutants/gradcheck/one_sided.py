"""A forward difference: one step, to one side."""
gradient, here = np.zeros_like(x), f()
for place in np.ndindex(x.shape):
    value = x[place]
    x[place] = value + eps
    gradient[place] = (f() - here) / eps
    x[place] = value
return gradient
