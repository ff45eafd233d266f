"""The logits are overwritten."""
x -= np.max(x, axis=dim, keepdims=True)
x -= np.log(np.sum(np.exp(x), axis=dim, keepdims=True))
return x
