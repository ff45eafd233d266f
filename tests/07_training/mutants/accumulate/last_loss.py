"""The loss of the last batch is returned for that of all."""
for batch in batches:
    loss = batch_loss(model, loss_fn, batch)
    (loss * (samples(batch) / count)).backward()
return loss.item()
