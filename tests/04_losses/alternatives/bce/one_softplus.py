"""PyTorch's form: (1 - t) x plus a weighted softplus of -x."""
e = np.exp(-np.abs(x))
softplus = np.log1p(e) + np.maximum(-x, 0)
return (1 - t) * x + (1 + (pos_weight - 1) * t) * softplus, e
