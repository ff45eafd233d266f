"""The softmax, without its logarithm."""
e = np.exp(x - np.max(x, axis=dim, keepdims=True))
return e / np.sum(e, axis=dim, keepdims=True)
