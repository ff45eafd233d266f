"""The means are new arrays, so each step begins with those of the caller."""
m = betas[0] * m + (1 - betas[0]) * g
v = betas[1] * v + (1 - betas[1]) * g * g
root = np.sqrt(v / (1 - betas[1] ** step))
p -= lr * m / (1 - betas[0] ** step) / (root + eps)
