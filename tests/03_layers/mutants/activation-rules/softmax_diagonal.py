"""Softmax as if each value depended on itself alone."""
def leaky_relu_rule(g, out, x, negative_slope=0.01):
    return g * (x > 0) + negative_slope * g * (x <= 0)

def softmax_rule(g, out, x, dim):
    return g * out * (1 - out)

return {
    relu_op: (lambda g, out, x: g * (out > 0),),
    leaky_relu_op: (leaky_relu_rule,),
    sigmoid_op: (lambda g, out, x: g * out * (1 - out),),
    silu_op: (lambda g, s, x: g * s * (1 + x * (1 - s)),),
    softmax_op: (softmax_rule,),
}
