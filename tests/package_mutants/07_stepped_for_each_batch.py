"""Every batch takes a step: nothing is accumulated."""

module = "training"
function = "Trainer._train_epoch"
old = "self.accumulation_steps)"
new = "1)"
tests = ["07_training/test_training.py"]
