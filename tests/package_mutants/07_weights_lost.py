"""A resumed run keeps its fresh weights."""

module = "training"
function = "Trainer.load_state_dict"
old = '        self.model.load_state_dict(state["model"])\n'
new = ""
tests = ["07_training/test_training.py"]
