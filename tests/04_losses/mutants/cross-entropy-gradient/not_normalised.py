"""The exponentials are not divided by their sums."""
gradient = e * g[:, None]
gradient[np.arange(len(g)), target] -= g
return gradient
