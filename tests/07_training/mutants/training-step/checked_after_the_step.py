"""The NaN is noticed when the weights are lost."""
optimizer.zero_grad()
loss = accumulate(model, loss_fn, batches)
norm = clip_grad_norm_(model.parameters(), limit).item()
optimizer.step()
if not (math.isfinite(loss) and math.isfinite(norm)):
    raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")
return loss, norm
