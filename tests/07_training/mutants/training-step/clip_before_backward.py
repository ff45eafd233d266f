"""Clipped before there is a gradient to clip."""
optimizer.zero_grad()
norm = clip_grad_norm_(model.parameters(), limit).item()
loss = accumulate(model, loss_fn, batches)
if not (math.isfinite(loss) and math.isfinite(norm)):
    raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")
optimizer.step()
norm = clip_grad_norm_(model.parameters(), math.inf).item()
return loss, norm
