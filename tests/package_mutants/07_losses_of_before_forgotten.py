"""The row of an epoch that was resumed knows the steps since then only."""

module = "training"
function = "Trainer.load_state_dict"
old = '[list(step) for step in state["steps"]]'
new = "[]"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
