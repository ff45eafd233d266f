"""The sums of the samples' losses, divided by all."""
total = 0.0
for batch in batches:
    loss = batch_loss(model, loss_fn, batch) * samples(batch)
    (loss / count).backward()
    total += loss.item()
return total / count
