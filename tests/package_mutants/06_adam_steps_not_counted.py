"""Each step is the first."""

module = "optimizers"
function = "Adam.update"
old = 'state["step"] += 1'
new = 'state["step"] = 1'
tests = ["integration/test_optimizers_integration.py"]
