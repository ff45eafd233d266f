"""The mean of the squares is not corrected."""
m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
p -= lr * m / (1 - betas[0] ** step) / (np.sqrt(v) + eps)
