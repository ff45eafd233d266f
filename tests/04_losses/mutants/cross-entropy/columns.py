"""Whole columns are picked."""
e = x - np.max(x, axis=1, keepdims=True)
picked = e[:, target]
e = np.exp(e)
total = np.sum(e, axis=1, keepdims=True)
return np.log(total) - picked, e / total
