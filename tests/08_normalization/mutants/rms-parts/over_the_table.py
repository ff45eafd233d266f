"""The mean runs over the whole table."""
def forward(x, eps):
    inverse = 1 / np.sqrt((x * x).mean() + eps) * np.ones((len(x), 1), x.dtype)
    return x * inverse, inverse

def rule(g, normed, inverse):
    return (g - normed * average((1,), g, normed)) * inverse

return forward, rule
