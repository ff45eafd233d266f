"""fit does not put the model into training."""

module = "training"
function = "Trainer.fit"
old = "            self.model.train()\n"
new = ""
tests = ["07_training/test_training.py"]
