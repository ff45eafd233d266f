"""An error inside `with no_grad():` leaves recording switched off."""

module = "autograd"
function = "no_grad"
old = "    try:\n        yield\n    finally:\n        mode.recording = before\n"
new = "    yield\n    mode.recording = before\n"
