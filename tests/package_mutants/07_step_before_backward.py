"""The step is taken with the gradients of the batch before."""

module = "training"
function = "training_step"
old = "    optimizer.zero_grad()\n    loss = accumulate(model, loss_fn, batches)\n"
new = (
    "    optimizer.step()\n"
    "    optimizer.zero_grad()\n"
    "    loss = accumulate(model, loss_fn, batches)\n"
)
also = [
    ("training_step", ("    optimizer.step()\n    return loss, norm\n"), "    return loss, norm\n"),
]
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
