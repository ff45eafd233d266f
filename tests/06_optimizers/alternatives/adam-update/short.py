"""The formulas in four lines."""
m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
root = np.sqrt(v / (1 - betas[1] ** step))
p -= lr / (1 - betas[0] ** step) * m / (root + eps)
