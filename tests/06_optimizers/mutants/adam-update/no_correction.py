"""Neither mean is corrected for its start at 0."""
m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
p -= lr * m / (np.sqrt(v) + eps)
