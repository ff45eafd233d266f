"""Clipped when the step has been taken."""
optimizer.zero_grad()
loss = accumulate(model, loss_fn, batches)
optimizer.step()
norm = clip_grad_norm_(model.parameters(), limit).item()
if not (math.isfinite(loss) and math.isfinite(norm)):
    raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")
return loss, norm
