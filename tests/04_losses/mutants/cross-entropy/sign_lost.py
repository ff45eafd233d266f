"""The log-likelihood, without its minus sign."""
e = x - np.max(x, axis=1, keepdims=True)
picked = e[np.arange(len(x)), target]
e = np.exp(e)
total = np.sum(e, axis=1, keepdims=True)
return picked - np.log(total[:, 0]), e / total
