"""Clipping comes before there is a gradient."""

module = "training"
function = "training_step"
old = (
    "    loss = accumulate(model, loss_fn, batches)\n"
    "    norm = clip_grad_norm_(model.parameters(), limit).item()\n"
)
new = (
    "    clip_grad_norm_(model.parameters(), limit)\n"
    "    loss = accumulate(model, loss_fn, batches)\n"
    "    norm = clip_grad_norm_(model.parameters(), math.inf).item()\n"
)
tests = ["07_training/test_training.py"]
