"""The result is float64 whatever came in."""
return np.exp(np.minimum(x, 0.0)).astype(float) / (1 + np.exp(-np.abs(x)).astype(float))
