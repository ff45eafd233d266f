"""The gate saves the first input where the rules want the result."""

module = "tensor"
function = "Op.__call__"
old = "out.grad_fn = Node(next_serial(), self, inputs, params, arrays, saved)"
new = "out.grad_fn = Node(next_serial(), self, inputs, params, arrays, arrays[0])"
