"""The epoch's loss is the mean over batches, not samples."""

module = "training"
function = "Trainer._end_epoch"
old = "weighted_mean(losses, counts)"
new = "sum(losses) / len(losses)"
tests = ["07_training/test_training.py"]
