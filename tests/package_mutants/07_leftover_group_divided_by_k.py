"""A short last group counts as if it were full."""

module = "training"
function = "Trainer._train_step"
old = "self.model, self.optimizer, self.loss_fn, group, self.max_grad_norm\n"
new = (
    "self.model,\n"
    "                self.optimizer,\n"
    "                lambda *a: self.loss_fn(*a) * (len(group) / self.accumulation_steps),\n"
    "                group,\n"
    "                self.max_grad_norm,\n"
)
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
