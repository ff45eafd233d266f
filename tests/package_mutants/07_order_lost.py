"""A resumed epoch is shuffled anew."""

module = "training"
function = "Trainer._begin_epoch"
old = "        self._set_random_state(self._start)\n"
new = ""
tests = ["07_training/test_training.py"]
