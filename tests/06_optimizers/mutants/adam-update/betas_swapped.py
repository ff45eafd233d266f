"""Each mean has the other one's beta."""
m += (1 - betas[1]) * (g - m)
v += (1 - betas[0]) * (g * g - v)
root = np.sqrt(v / (1 - betas[0] ** step))
p -= lr * m / (1 - betas[1] ** step) / (root + eps)
