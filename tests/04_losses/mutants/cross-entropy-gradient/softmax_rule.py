"""The rule of the softmax, as if the loss were p of the right class."""
softmax = e / row_sums(e)[:, None]
one_hot = np.eye(softmax.shape[1], dtype=softmax.dtype)[target]
p = softmax[np.arange(len(g)), target][:, None]
return g[:, None] * p * (one_hot - softmax)
