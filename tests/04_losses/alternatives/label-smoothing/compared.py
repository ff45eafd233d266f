"""One-hot by comparing class numbers."""
is_target = np.arange(classes) == np.asarray(target)[:, None]
even = label_smoothing / classes
return np.where(is_target, 1 - label_smoothing + even, even)
