"""The schedule moves with every batch of a group."""

module = "training"
function = "Trainer._train_step"
old = "            self.scheduler.step()\n"
new = "            for _ in group:\n                self.scheduler.step()\n"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
