"""The loss is scaled when the gradient has been taken already."""
total = 0.0
for batch in batches:
    loss = batch_loss(model, loss_fn, batch)
    loss.backward()
    total += loss.item() * samples(batch) / count
return total
