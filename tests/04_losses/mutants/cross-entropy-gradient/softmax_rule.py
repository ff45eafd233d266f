"""The whole rule of the softmax, as if the loss were p of the right class."""
one_hot = np.eye(softmax.shape[1], dtype=softmax.dtype)[target]
p = softmax[np.arange(len(g)), target][:, None]
return g[:, None] * p * (one_hot - softmax)
