"""The largest logit is not taken out."""
return x - np.log(np.sum(np.exp(x), axis=dim, keepdims=True))
