"""The formula as it stands."""
one_hot = np.eye(classes)[target]
return (1 - label_smoothing) * one_hot + label_smoothing / classes
