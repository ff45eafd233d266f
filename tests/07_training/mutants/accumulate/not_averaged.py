"""The losses are added: the gradient grows with the number of batches."""
total = 0.0
for batch in batches:
    loss = batch_loss(model, loss_fn, batch)
    loss.backward()
    total += loss.item()
return total
