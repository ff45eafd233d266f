"""eps and 1 - eps are swapped."""
one_hot = np.eye(classes)[target]
return label_smoothing * one_hot + (1 - label_smoothing) / classes
