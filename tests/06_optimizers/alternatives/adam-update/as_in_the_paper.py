"""Line by line as in the paper."""
m[...] = betas[0] * m + (1 - betas[0]) * g
v[...] = betas[1] * v + (1 - betas[1]) * g**2
m_hat = m / (1 - betas[0] ** step)
v_hat = v / (1 - betas[1] ** step)
p -= lr * m_hat / (np.sqrt(v_hat) + eps)
