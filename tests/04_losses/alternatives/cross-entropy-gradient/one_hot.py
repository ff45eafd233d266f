"""Softmax minus one-hot, times g."""
one_hot = np.eye(softmax.shape[1], dtype=softmax.dtype)[target]
return (softmax - one_hot) * g[:, None]
