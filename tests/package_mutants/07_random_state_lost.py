"""A resumed run draws other random numbers."""

module = "training"
function = "Trainer._begin_epoch"
old = "self._set_random_state(now, but"
new = "dict(but"
tests = ["07_training/test_training.py"]
