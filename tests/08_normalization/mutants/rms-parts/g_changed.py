"""The rule works in place on g."""
def forward(x, eps):
    inverse = 1 / np.sqrt(average((1,), x, x) + eps)
    return x * inverse, inverse

def rule(g, normed, inverse):
    g -= normed * average((1,), g, normed)
    g *= inverse
    return g

return forward, rule
