"""The mean of the gradients is not corrected."""
m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
p -= lr * m / (np.sqrt(v / (1 - betas[1] ** step)) + eps)
