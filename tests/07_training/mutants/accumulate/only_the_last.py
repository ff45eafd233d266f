"""Gradients are cleared before each batch: only the last one counts."""
total = 0.0
for batch in batches:
    loss = batch_loss(model, loss_fn, batch) * (samples(batch) / count)
    for parameter in getattr(model, "parameters", list)() or [w]:
        parameter.grad = None
    loss.backward()
    total += loss.item()
return total
