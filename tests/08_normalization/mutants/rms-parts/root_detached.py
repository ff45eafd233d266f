"""The root is taken for a constant."""
def forward(x, eps):
    inverse = 1 / np.sqrt(average((1,), x, x) + eps)
    return x * inverse, inverse

def rule(g, normed, inverse):
    return g * inverse

return forward, rule
