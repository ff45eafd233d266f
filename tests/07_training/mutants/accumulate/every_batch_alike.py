"""Divided by the number of batches: a batch of 1 counts as much as one of 64."""
total = 0.0
for batch in batches:
    share = batch_loss(model, loss_fn, batch) * (1 / len(batches))
    share.backward()
    total += share.item()
return total
