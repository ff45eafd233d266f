"""SGD takes the learning rate it was made with, whatever a schedule says."""

module = "optimizers"
function = "SGD.update"
old = 'lr, decay, momentum = float(group["lr"])'
new = 'lr, decay, momentum = self.defaults["lr"]'
tests = ["integration/test_optimizers_integration.py"]
