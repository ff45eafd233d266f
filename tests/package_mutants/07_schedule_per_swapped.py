"""A schedule per epoch is stepped per step as well."""

module = "training"
function = "Trainer._train_step"
old = 'self.schedule_per == "step"'
new = 'self.schedule_per != ""'
tests = ["07_training/test_training.py"]
