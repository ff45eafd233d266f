"""The product of Linear is written in indices."""

module = "layers"
function = "linear_forward"
old = "out = as_rows(x) @ weight.T"
new = 'out = np.einsum("ni,oi->no", as_rows(x), weight)'
tests = [
    "integration/test_gradient_flow.py",
    "integration/test_losses_integration.py",
    "integration/test_training_flow.py",
]
