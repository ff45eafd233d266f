"""The target by comparing class numbers."""
is_target = np.arange(softmax.shape[1]) == target[:, None]
return g[:, None] * np.where(is_target, softmax - 1, softmax)
