"""ReLU passes the gradient on at 0, too."""
def leaky_relu_rule(g, out, x, negative_slope=0.01):
    return g * (x > 0) + negative_slope * g * (x <= 0)

def softmax_rule(g, out, x, dim):
    return out * (g - np.sum(g * out, axis=dim, keepdims=True))

return {
    relu_op: (lambda g, out, x: g * (x >= 0),),
    leaky_relu_op: (leaky_relu_rule,),
    sigmoid_op: (lambda g, out, x: g * out * (1 - out),),
    silu_op: (lambda g, s, x: g * s * (1 + x * (1 - s)),),
    softmax_op: (softmax_rule,),
}
