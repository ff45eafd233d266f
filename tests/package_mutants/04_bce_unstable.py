"""The sigmoid is computed first, and the logarithm of 0 taken of it."""

module = "losses"
function = "bce_losses"
old = "yes, no = np.maximum(-x, 0) + rest, np.maximum(x, 0) + rest"
new = "p = 1 / (1 + np.exp(-x))\n    yes, no = -np.log(p), -np.log(1 - p)"
