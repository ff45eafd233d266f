"""A checkpoint is written before the schedule has moved on."""

module = "training"
function = "Trainer._train_epoch"
old = "                callback.on_step_end(self)\n"
new = (
    "                callback.on_step_end(self)\n"
    '            if self.scheduler is not None and self.schedule_per == "step":\n'
    "                self.scheduler.step()\n"
)
also = [
    (
        "Trainer._train_step",
        (
            'if self.scheduler is not None and self.schedule_per == "step":\n'
            "            self.scheduler.step()\n"
        ),
        "pass\n",
    ),
]
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
