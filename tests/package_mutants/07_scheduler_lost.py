"""A resumed schedule begins again."""

module = "training"
function = "Trainer.load_state_dict"
old = '            self.scheduler.load_state_dict(state["scheduler"])'
new = "            pass"
tests = ["07_training/test_training.py"]
