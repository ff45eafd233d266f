"""The loss is checked at once, the norm by clip_grad_norm_ itself."""
model.zero_grad()
optimizer.zero_grad()
loss = accumulate(model, loss_fn, batches)
if not np.isfinite(loss):
    raise FloatingPointError(f"the loss is {loss}")
try:
    norm = clip_grad_norm_(model.parameters(), limit, error_if_nonfinite=True)
except RuntimeError as error:
    raise FloatingPointError(str(error)) from error
optimizer.step()
return loss, float(norm.item())
