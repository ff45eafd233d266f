"""Only the sign of the gradient counts."""
p -= lr * np.sign(g)
