"""The target is added."""
softmax = e / row_sums(e)[:, None]
gradient = softmax * g[:, None]
gradient[np.arange(len(g)), target] += g
return gradient
