"""The trainer trains a copy of the model."""

module = "training"
function = "Trainer.__init__"
old = "self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn"
new = (
    "import copy\n"
    "\n"
    "        self.model, self.optimizer, self.loss_fn = copy.deepcopy(model), optimizer, loss_fn"
)
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
