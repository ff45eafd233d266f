"""Every batch of a group counts the same, however small."""

module = "training"
function = "accumulate"
old = "(samples(batch) / count)"
new = "(1 / len(batches))"
tests = ["07_training/test_training.py"]
