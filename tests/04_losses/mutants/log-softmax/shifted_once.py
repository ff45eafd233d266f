"""The largest logit is taken out of the sum, but not of the logits."""
shifted = x - np.max(x, axis=dim, keepdims=True)
return x - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))
