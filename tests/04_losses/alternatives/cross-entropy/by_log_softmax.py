"""The logarithms of all probabilities first."""
shifted = x - x.max(axis=1, keepdims=True)
e = np.exp(shifted)
log_p = shifted - np.log(e.sum(axis=1, keepdims=True))
return 0 - log_p[np.arange(len(x)), target], e
