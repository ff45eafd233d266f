"""Target minus softmax."""
gradient = -softmax * g[:, None]
gradient[np.arange(len(g)), target] += g
return gradient
