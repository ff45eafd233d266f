"""The history tells the rate of the next epoch."""

module = "training"
function = "Trainer._end_epoch"
old = '"lr": rates[-1]'
new = '"lr": self.lr'
tests = ["07_training/test_training.py"]
