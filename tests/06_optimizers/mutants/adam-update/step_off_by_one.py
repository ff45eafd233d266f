"""The first step counts as the second."""
m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
root = np.sqrt(v / (1 - betas[1] ** (step + 1)))
p -= lr * m / (1 - betas[0] ** (step + 1)) / (root + eps)
