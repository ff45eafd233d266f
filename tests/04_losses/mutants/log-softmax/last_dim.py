"""Always along the last dimension."""
shifted = x - np.max(x, axis=-1, keepdims=True)
return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))
