"""Both of Adam's means are one array."""

module = "optimizers"
function = "Adam.update"
old = "means = (Tensor(np.zeros(p.shape, p.dtype)) for _ in range(2))"
new = "means = [Tensor(np.zeros(p.shape, p.dtype))] * 2"
tests = ["integration/test_optimizers_integration.py"]
