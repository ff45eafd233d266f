"""The schedule is stepped before the step that it is to follow."""

module = "training"
function = "Trainer._train_step"
old = "        lr, random = self.lr, default_generator.get_state()\n"
new = (
    '        if self.scheduler is not None and self.schedule_per == "step":\n'
    "            self.scheduler.step()\n"
    "        lr, random = self.lr, default_generator.get_state()\n"
)
also = [
    (
        "Trainer._train_step",
        (
            "        self.steps.append([loss, sum(samples(batch) for batch in group), norm, lr])\n"
            '        if self.scheduler is not None and self.schedule_per == "step":\n'
            "            self.scheduler.step()\n"
        ),
        "        self.steps.append([loss, sum(samples(batch) for batch in group), norm, lr])\n",
    ),
]
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
