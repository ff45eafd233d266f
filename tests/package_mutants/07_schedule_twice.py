"""The schedule goes on by two epochs an epoch."""

module = "training"
function = "Trainer._end_epoch"
old = "            self.scheduler.step()\n"
new = "            self.scheduler.step()\n            self.scheduler.step()\n"
tests = ["07_training/test_training.py"]
