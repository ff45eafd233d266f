"""Gradients are cleared between backward and step: nothing is learned."""
loss = accumulate(model, loss_fn, batches)
norm = clip_grad_norm_(model.parameters(), limit).item()
if not (math.isfinite(loss) and math.isfinite(norm)):
    raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")
optimizer.zero_grad()
optimizer.step()
return loss, norm
