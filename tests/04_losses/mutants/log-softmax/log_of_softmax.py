"""The logarithm of a stable softmax: minus infinity where a probability became 0."""
e = np.exp(x - np.max(x, axis=dim, keepdims=True))
with np.errstate(all="ignore"):
    return np.log(e / np.sum(e, axis=dim, keepdims=True))
