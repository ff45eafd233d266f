"""The gradient of the losses is not used."""
softmax = e / row_sums(e)[:, None]
softmax[np.arange(len(g)), target] -= 1
return softmax
