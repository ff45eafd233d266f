"""The rule averages over the whole table."""
def forward(x, eps):
    inverse = 1 / np.sqrt(average((1,), x, x) + eps)
    return x * inverse, inverse

def rule(g, normed, inverse):
    return (g - normed * (g * normed).mean()) * inverse

return forward, rule
