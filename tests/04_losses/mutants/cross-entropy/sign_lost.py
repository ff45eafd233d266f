"""The log-likelihood, without its minus sign."""
e = x - np.max(x, axis=1, keepdims=True)
picked = e[np.arange(len(x)), target]
np.exp(e, out=e)
return picked - np.log(row_sums(e)), e
