"""The logarithm of the sum with the largest logit added again, which costs it its last digits."""
largest = np.max(x, axis=dim, keepdims=True)
return x - (largest + np.log(np.sum(np.exp(x - largest), axis=dim, keepdims=True)))
