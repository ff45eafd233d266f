"""Every slope from x; softmax by its table of slopes."""
def softmax_rule(g, out, x, dim):
    y, seed = np.moveaxis(out, dim, -1), np.moveaxis(g, dim, -1)
    slopes = y[..., :, None] * (np.eye(y.shape[-1], dtype=y.dtype) - y[..., None, :])
    return np.moveaxis((seed[..., None, :] @ slopes)[..., 0, :], -1, dim)

def leaky(g, out, x, negative_slope=0.01):
    return np.where(x > 0, g, g * negative_slope)

def silu_rule(g, s, x):
    return g * (s + x * s * (1 - s))

rules = {relu_op: lambda g, out, x: np.where(x > 0, g, 0).astype(g.dtype)}
rules |= {leaky_relu_op: leaky, silu_op: silu_rule, softmax_op: softmax_rule}
rules[sigmoid_op] = lambda g, out, x: g * (out - out * out)
return {op: (rule,) for op, rule in rules.items()}
