"""The loss is measured when the step has been taken."""

module = "training"
function = "training_step"
old = "    optimizer.step()\n    return loss, norm\n"
new = (
    "    optimizer.step()\n"
    "    with no_grad():\n"
    "        loss = sum(\n"
    "            batch_loss(model, loss_fn, batch).item() * samples(batch) for batch in batches\n"
    "        ) / sum(map(samples, batches))\n"
    "    return loss, norm\n"
)
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
