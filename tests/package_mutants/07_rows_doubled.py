"""The last row of the history stands there twice after a restart."""

module = "training"
function = "Trainer.load_state_dict"
old = 'History(state["history"])'
new = 'History(state["history"] + state["history"][-1:])'
tests = ["07_training/test_training.py"]
