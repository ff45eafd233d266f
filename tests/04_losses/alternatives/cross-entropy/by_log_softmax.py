"""The logarithms of all probabilities, and their exponentials."""
shifted = x - x.max(axis=1, keepdims=True)
log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
return 0 - log_p[np.arange(len(x)), target], np.exp(log_p)
