"""The square is made in the gradient itself."""
m += (1 - betas[0]) * (g - m)
g *= g
v += (1 - betas[1]) * (g - v)
root = np.sqrt(v / (1 - betas[1] ** step))
p -= lr * m / (1 - betas[0] ** step) / (root + eps)
