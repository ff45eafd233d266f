"""The softmax is taken of a softmax."""
for _ in range(2):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    total = np.sum(e, axis=1, keepdims=True)
    picked, x = (x - np.max(x, axis=1, keepdims=True))[np.arange(len(x)), target], e / total
return np.log(total[:, 0]) - picked, x
