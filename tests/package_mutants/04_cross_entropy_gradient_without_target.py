"""The gradient is the softmax, and nothing is taken off at the target."""

module = "losses"
function = "cross_entropy_gradient"
old = "gradient[np.arange(len(g)), target] -= g"
new = "gradient[np.arange(len(g)), target] -= 0 * g"
