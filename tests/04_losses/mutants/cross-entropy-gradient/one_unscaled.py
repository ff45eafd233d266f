"""1 is taken off after the product with g."""
softmax = e / row_sums(e)[:, None]
gradient = softmax * g[:, None]
gradient[np.arange(len(g)), target] -= 1
return gradient
