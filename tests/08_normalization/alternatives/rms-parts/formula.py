"""The formula with NumPy's means."""
def forward(x, eps):
    inverse = (np.mean(x * x, axis=1, keepdims=True) + eps) ** -0.5
    return inverse * x, inverse

def rule(g, normed, inverse):
    return inverse * (g - normed * np.mean(g * normed, axis=1, keepdims=True))

return forward, rule
