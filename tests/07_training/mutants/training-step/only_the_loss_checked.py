"""The loss is looked at, the gradient is not: a slope may be NaN where the value is not."""
optimizer.zero_grad()
loss = accumulate(model, loss_fn, batches)
norm = clip_grad_norm_(model.parameters(), limit).item()
if not math.isfinite(loss):
    raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")
optimizer.step()
return loss, norm
