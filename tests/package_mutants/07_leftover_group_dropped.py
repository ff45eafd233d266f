"""A short last group is dropped."""

module = "training"
function = "Trainer._train_epoch"
old = "            self._train_step(group)\n"
new = (
    "            if len(group) < self.accumulation_steps:\n"
    "                break\n"
    "            self._train_step(group)\n"
)
tests = ["07_training/test_training.py"]
