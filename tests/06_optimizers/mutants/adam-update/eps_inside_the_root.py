"""eps stands under the root."""
m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
p -= lr * m / (1 - betas[0] ** step) / np.sqrt(v / (1 - betas[1] ** step) + eps)
