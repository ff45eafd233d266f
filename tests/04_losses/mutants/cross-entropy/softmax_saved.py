"""The softmax is saved in place of the exponentials."""
e = x - np.max(x, axis=1, keepdims=True)
picked = e[np.arange(len(x)), target]
np.exp(e, out=e)
total = row_sums(e)
return np.log(total) - picked, e / total[:, None]
