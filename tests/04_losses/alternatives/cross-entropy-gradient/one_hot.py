"""Softmax minus one-hot, times g."""
softmax = e / e.sum(axis=1, keepdims=True)
one_hot = np.eye(e.shape[1], dtype=e.dtype)[target]
return (softmax - one_hot) * g[:, None]
