"""Arrays of float64 on the way; p is a new one."""
m += (1 - betas[0]) * (g - m)
v += (1 - betas[1]) * (g * g - v)
root = np.sqrt(v / (1 - betas[1] ** step))
p = p - lr * m / (1 - betas[0] ** step) / (root + eps)
