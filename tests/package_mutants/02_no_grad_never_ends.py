"""After `with no_grad():` nothing is recorded any more."""

module = "autograd"
function = "no_grad"
old = "        mode.recording = before\n"
new = "        pass\n"
