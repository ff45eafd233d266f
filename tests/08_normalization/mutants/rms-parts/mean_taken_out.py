"""Layer norm: the mean is taken out."""
def forward(x, eps):
    inverse = 1 / np.sqrt(x.var(axis=1, keepdims=True) + eps)
    return (x - x.mean(axis=1, keepdims=True)) * inverse, inverse

def rule(g, normed, inverse):
    return (g - normed * average((1,), g, normed)) * inverse

return forward, rule
