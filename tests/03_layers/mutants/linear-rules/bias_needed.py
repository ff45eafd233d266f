"""The rules cannot be called without a bias."""
def for_x(g, out, x, weight, bias):
    return (as_rows(g) @ weight).reshape(x.shape)

def for_weight(g, out, x, weight, bias):
    return as_rows(g).T @ as_rows(x)

def for_bias(g, out, x, weight, bias):
    return as_rows(g).sum(axis=0)

return for_x, for_weight, for_bias
