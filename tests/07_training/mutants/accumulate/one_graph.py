"""All graphs are kept until one backward at the end: the memory of the large batch after all."""
losses = [batch_loss(model, loss_fn, batch) for batch in batches]
total = sum(
    loss * (samples(batch) / count) for loss, batch in zip(losses, batches, strict=True)
)
total.backward()
return total.item()
