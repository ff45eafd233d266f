"""Gradients are cleared before an epoch and after each step, instead of before each forward."""

module = "training"
function = "training_step"
old = "    optimizer.zero_grad()\n"
new = ""
also = [
    (
        "Trainer.fit",
        "            self.model.train()\n",
        "            self.model.train()\n            self.optimizer.zero_grad()\n",
    ),
    (
        "Trainer._train_epoch",
        "                callback.on_step_end(self)\n",
        "                callback.on_step_end(self)\n            self.optimizer.zero_grad()\n",
    ),
]
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
