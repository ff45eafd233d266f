"""Gradients of all steps so far add up."""
loss = accumulate(model, loss_fn, batches)
norm = clip_grad_norm_(model.parameters(), limit).item()
if not (math.isfinite(loss) and math.isfinite(norm)):
    raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")
optimizer.step()
return loss, norm
