"""The gradient of the losses is not used."""
gradient = softmax.copy()
gradient[np.arange(len(g)), target] -= 1
return gradient
