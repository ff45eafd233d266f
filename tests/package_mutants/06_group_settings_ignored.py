"""The defaults overwrite the settings of a group."""

module = "optimizers"
function = "make_group"
old = '{**defaults, **group, "params": params}'
new = '{**group, **defaults, "params": params}'
tests = ["integration/test_optimizers_integration.py"]
