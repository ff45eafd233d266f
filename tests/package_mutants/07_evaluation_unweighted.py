"""An evaluation is the mean over batches, not samples."""

module = "training"
function = "Trainer.evaluate"
old = "weighted_mean(column, counts)"
new = "sum(column) / len(column)"
tests = ["07_training/test_training.py"]
