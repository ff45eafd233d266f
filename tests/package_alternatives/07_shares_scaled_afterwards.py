"""Batches count by their samples; what was added up is divided by all samples at the end."""

module = "training"
function = "training_step"
old = "    loss = accumulate(model, loss_fn, batches)\n"
new = (
    "    loss, count = 0.0, sum(samples(batch) for batch in batches)\n"
    "    for batch in batches:\n"
    "        whole = batch_loss(model, loss_fn, batch) * float(samples(batch))\n"
    "        whole.backward()\n"
    "        loss += whole.item() / count\n"
    "    for group in optimizer.param_groups:\n"
    "        for g in gradients_of(group['params']):\n"
    "            g *= 1 / count\n"
)
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
