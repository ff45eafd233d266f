"""np.where between two harmless values."""
small = np.exp(-np.abs(x))
return np.where(x >= 0, 1, small) / (1 + small)
