"""The rule lacks the inverse."""
def forward(x, eps):
    inverse = 1 / np.sqrt(average((1,), x, x) + eps)
    return x * inverse, inverse

def rule(g, normed, inverse):
    return g - normed * average((1,), g, normed)

return forward, rule
