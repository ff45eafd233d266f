"""One-hot the wrong way round: a row for each class."""
one_hot = np.eye(classes)[:, target]
return (1 - label_smoothing) * one_hot + label_smoothing / classes
