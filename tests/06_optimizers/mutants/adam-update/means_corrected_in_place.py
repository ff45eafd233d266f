"""The corrected means are kept, and corrected again."""
m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
m /= 1 - betas[0] ** step
v /= 1 - betas[1] ** step
p -= lr * m / (np.sqrt(v) + eps)
