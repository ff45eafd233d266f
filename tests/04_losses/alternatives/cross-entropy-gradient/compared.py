"""The target by comparing class numbers."""
softmax = e / np.sum(e, axis=1)[:, None]
is_target = np.arange(e.shape[1]) == target[:, None]
return g[:, None] * np.where(is_target, softmax - 1, softmax)
