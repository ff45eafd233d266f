"""NumPy's function, with its result written into p."""
np.subtract(p, lr * g, out=p)
