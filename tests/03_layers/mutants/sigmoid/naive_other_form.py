"""exp(x) / (1 + exp(x)): infinity by infinity is NaN."""
return np.exp(x) / (1 + np.exp(x))
