"""Each of Adam's means has the other one's beta."""

module = "optimizers"
function = "Adam.update"
old = 'group["betas"], group["eps"]'
new = 'group["betas"][::-1], group["eps"]'
tests = ["integration/test_optimizers_integration.py"]
