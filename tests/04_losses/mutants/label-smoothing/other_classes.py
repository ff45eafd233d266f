"""Shared among the K - 1 other classes."""
q = np.full((len(target), classes), label_smoothing / max(classes - 1, 1))
q[np.arange(len(target)), target] = 1 - label_smoothing
return q
