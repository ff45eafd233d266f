"""load_state_dict takes the settings and forgets the state."""

module = "optimizers"
function = "Optimizer.load_state_dict"
old = "self.state = state"
new = "self.state = defaultdict(dict)"
tests = ["integration/test_optimizers_integration.py"]
