"""g is taken off a softmax that is not scaled."""
gradient = softmax.copy()
gradient[np.arange(len(g)), target] -= g
return gradient
