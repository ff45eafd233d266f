"""A NaN goes into the weights in silence."""
optimizer.zero_grad()
loss = accumulate(model, loss_fn, batches)
norm = clip_grad_norm_(model.parameters(), limit).item()
optimizer.step()
return loss, norm
