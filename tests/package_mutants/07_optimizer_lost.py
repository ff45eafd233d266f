"""A checkpoint gives the optimizer's state up."""

module = "training"
function = "Trainer.load_state_dict"
old = '        self.optimizer.load_state_dict(state["optimizer"])\n'
new = ""
tests = ["07_training/test_training.py"]
