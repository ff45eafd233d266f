"""Resumed, an epoch that was broken off begins anew."""

module = "training"
function = "Trainer.load_state_dict"
old = 'self.position, self.seconds = state["position"], state["seconds"]'
new = 'self.position, self.seconds = 0, state["seconds"]'
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
