"""Early stopping counts from zero after a restart."""

module = "training"
function = "EarlyStopping.load_state_dict"
old = 'state["best"], state["waited"]'
new = "None, 0"
tests = ["07_training/test_training.py"]
