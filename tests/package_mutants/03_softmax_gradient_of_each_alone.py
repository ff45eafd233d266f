"""The gradient of softmax forgets that its values share one sum."""

module = "layers"
function = "activation_rules.softmax_rule"
old = "out * (g - np.sum(g * out, axis=dim, keepdims=True))"
new = "out * (1 - out) * g"
