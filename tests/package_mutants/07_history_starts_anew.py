"""Resumed, the history begins with the next epoch."""

module = "training"
function = "Trainer.load_state_dict"
old = 'History(state["history"])'
new = "History()"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
