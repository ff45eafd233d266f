"""Gradients are cleared after the first forward pass of a group, before its backward pass."""

module = "training"
function = "training_step"
old = "    optimizer.zero_grad()\n    loss = accumulate(model, loss_fn, batches)\n"
new = (
    "    count = sum(samples(batch) for batch in batches)\n"
    "    loss = 0.0\n"
    "    for i, batch in enumerate(batches):\n"
    "        share = batch_loss(model, loss_fn, batch) * (samples(batch) / count)\n"
    "        if i == 0:\n"
    "            optimizer.zero_grad()\n"
    "        share.backward()\n"
    "        loss += share.item()\n"
)
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
