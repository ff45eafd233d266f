"""A resumed epoch begins from its first batch."""

module = "training"
function = "Trainer.load_state_dict"
old = '= state["position"], state["seconds"]'
new = '= 0, state["seconds"]'
tests = ["07_training/test_training.py"]
