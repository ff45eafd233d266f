"""After `with no_grad():` nothing is recorded any more."""

module = "autograd"
function = "no_grad"
old = "        grad_mode.enabled = before\n"
new = "        pass\n"
