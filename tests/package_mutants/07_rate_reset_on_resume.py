"""Resumed, the optimizer has the rate of the start."""

module = "training"
function = "Trainer.load_state_dict"
old = '            self.scheduler.load_state_dict(state["scheduler"])\n'
new = (
    '            self.scheduler.load_state_dict(state["scheduler"])\n'
    "            for group in self.optimizer.param_groups:\n"
    '                group["lr"] = group["initial_lr"]\n'
)
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
