"""An error inside `with no_grad():` leaves recording switched off."""

module = "autograd"
function = "no_grad"
old = "    try:\n        yield\n    finally:\n        grad_mode.enabled = before\n"
new = "    yield\n    grad_mode.enabled = before\n"
