"""The optimizer learns copies of the model's parameters."""

module = "optimizers"
function = "make_group"
old = 'return {**defaults, **group, "params": params}'
new = 'return {**defaults, **group, "params": [Tensor(p.array.copy()) for p in params]}'
tests = ["integration/test_optimizers_integration.py"]
