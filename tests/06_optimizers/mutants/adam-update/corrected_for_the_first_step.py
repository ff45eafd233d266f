"""The correction is that of the first step, always."""
m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
p -= lr * m / (1 - betas[0]) / (np.sqrt(v / (1 - betas[1])) + eps)
