"""The logit is picked before the largest is taken out."""
e = np.exp(x - np.max(x, axis=1, keepdims=True))
total = np.sum(e, axis=1, keepdims=True)
return np.log(total[:, 0]) - x[np.arange(len(x)), target], e / total
