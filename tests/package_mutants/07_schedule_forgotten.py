"""The schedule is never stepped."""

module = "training"
function = "Trainer._train_step"
old = 'if self.scheduler is not None and self.schedule_per == "step":'
new = "if False:"
also = [
    (
        "Trainer._end_epoch",
        'if self.scheduler is not None and self.schedule_per == "epoch":',
        "if False:",
    ),
]
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
