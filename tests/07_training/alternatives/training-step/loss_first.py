"""The loss is checked before anything is clipped, the norm after it."""
model.zero_grad()
optimizer.zero_grad()
loss = accumulate(model, loss_fn, batches)
if not np.isfinite(loss):
    raise FloatingPointError(f"the loss is {loss}")
norm = float(clip_grad_norm_(model.parameters(), limit).item())
if not np.isfinite(norm):
    raise FloatingPointError(f"the loss is {loss}, but the norm of its gradient {norm}")
optimizer.step()
return loss, norm
