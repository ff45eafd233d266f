"""Divided by the number of rows again."""
gradient = softmax * g[:, None]
gradient[np.arange(len(g)), target] -= g
return gradient / len(g)
