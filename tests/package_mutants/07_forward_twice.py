"""Every batch is passed forward a second time, for its loss."""

module = "training"
function = "accumulate"
old = "total += share.item()"
new = "total += batch_loss(model, loss_fn, batch).item() * (samples(batch) / count)"
tests = ["integration/test_training_flow.py"]
