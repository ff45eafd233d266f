"""exp of minus log(1 + exp(-x)), which NumPy computes stably."""
return np.exp(-np.logaddexp(0, -x)).astype(x.dtype)
