"""A resumed run goes on from the noise that a thread had drawn ahead."""

module = "training"
function = "Trainer._begin_epoch"
old = "now, but=generators_of(loader)[1:]"
new = "now"
tests = ["integration/test_training_flow.py"]
