"""The schedule steps at the end of an epoch before its row is made; the row has the rate in use."""

module = "training"
function = "Trainer._end_epoch"
old = '    row = {"epoch": self.epoch + 1, "loss": weighted_mean(losses, counts)}\n'
new = (
    '    if self.scheduler is not None and self.schedule_per == "epoch":\n'
    "            self.scheduler.step()\n"
    '        row = {"epoch": self.epoch + 1, "loss": weighted_mean(losses, counts)}\n'
)
also = [
    (
        "Trainer._end_epoch",
        '"seconds": self.seconds}\n'
        '        if self.scheduler is not None and self.schedule_per == "epoch":\n'
        "            self.scheduler.step()\n",
        '"seconds": self.seconds}\n',
    )
]
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
