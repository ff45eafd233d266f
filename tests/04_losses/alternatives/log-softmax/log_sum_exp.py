"""The logarithm of the sum first, with the largest logit added again."""
largest = x.max(axis=dim, keepdims=True)
total = np.exp(x - largest).sum(axis=dim, keepdims=True)
return (x - largest) - np.log(total)
