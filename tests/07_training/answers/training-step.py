# %% mutant: checked_after_the_step
"""The NaN is noticed when the weights are lost."""

old = "if not (math.isfinite(loss) and math.isfinite(norm)):"
new = """\
optimizer.step()
if not (math.isfinite(loss) and math.isfinite(norm)):"""
old = """\
optimizer.step()
return loss, norm"""
new = "return loss, norm"

# %% mutant: clip_after_step
"""Clipped when the step has been taken."""

old = "norm = clip_grad_norm_(model.parameters(), limit).item()"
new = """\
optimizer.step()
norm = clip_grad_norm_(model.parameters(), limit).item()"""
old = """\
optimizer.step()
return loss, norm"""
new = "return loss, norm"

# %% mutant: clip_before_backward
"""Clipped before there is a gradient to clip."""

old = """\
loss = accumulate(model, loss_fn, batches)
norm = clip_grad_norm_(model.parameters(), limit).item()"""
new = """\
clip_grad_norm_(model.parameters(), limit)
loss = accumulate(model, loss_fn, batches)
norm = clip_grad_norm_(model.parameters(), math.inf).item()"""

# %% mutant: clip_forgotten
"""The gradient's norm is taken, but not limited."""

old = "norm = clip_grad_norm_(model.parameters(), limit).item()"
new = "norm = clip_grad_norm_(model.parameters(), math.inf).item()"

# %% mutant: nan_trained_on
"""A NaN goes into the weights in silence."""

old = 'raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")'
new = "pass"

# %% mutant: never_zeroed
"""Gradients of all steps so far add up."""

old = "optimizer.zero_grad()"
new = ""

# %% mutant: only_the_loss_checked
"""The loss is looked at, the gradient is not: a slope may be NaN where the value is not."""

old = "if not (math.isfinite(loss) and math.isfinite(norm)):"
new = "if not math.isfinite(loss):"

# %% mutant: step_for_each_batch
"""A step after every batch: nothing is accumulated."""

for batch in batches:
    optimizer.zero_grad()
    loss = accumulate(model, loss_fn, [batch])
    norm = clip_grad_norm_(model.parameters(), limit).item()
    if not (math.isfinite(loss) and math.isfinite(norm)):
        raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")
    optimizer.step()
return loss, norm

# %% mutant: two_steps
"""The step is taken twice."""

old = "optimizer.step()"
new = """\
optimizer.step()
optimizer.step()"""

# %% mutant: zero_after_backward
"""Gradients are cleared between backward and step: nothing is learned."""

old = "optimizer.zero_grad()"
new = ""
old = "optimizer.step()"
new = """\
optimizer.zero_grad()
optimizer.step()"""

# %% mutant: norm_after_clipping
"""The norm of what is left after clipping is returned."""

old = "norm = clip_grad_norm_(model.parameters(), limit).item()"
new = """\
clip_grad_norm_(model.parameters(), limit)
norm = clip_grad_norm_(model.parameters(), math.inf).item()"""

# %% mutant: only_nan_checked
"""NaN stops the run, infinity does not, and is NaN one step later."""

old = "if not (math.isfinite(loss) and math.isfinite(norm)):"
new = "if math.isnan(loss) or math.isnan(norm):"

# %% mutant: only_the_norm_checked
"""The gradient is looked at, the loss is not: a loss may be NaN where its slope is finite."""

old = "if not (math.isfinite(loss) and math.isfinite(norm)):"
new = "if not math.isfinite(norm):"

# %% mutant: no_check
"""No check at all: the first NaN goes into the weights and stays there."""

old = """\
if not (math.isfinite(loss) and math.isfinite(norm)):
    raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")"""
new = ""

# %% mutant: value_not_named
"""The error does not say what came."""

old = 'raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")'
new = 'raise FloatingPointError("the step is broken off")'

# %% mutant: norm_as_tensor
"""The norm is returned as the tensor that it came as."""

old = "return loss, norm"
new = "return loss, tensor(norm)"

# %% mutant: the_error_of_clipping
"""Clipping is asked for its error: that is a RuntimeError, and does not see the loss."""

old = "norm = clip_grad_norm_(model.parameters(), limit).item()"
new = "norm = clip_grad_norm_(model.parameters(), limit, error_if_nonfinite=True).item()"

# %% edge: zero_is_no_limit
"""A limit of 0 is taken for none, because 0 is false."""

old = "norm = clip_grad_norm_(model.parameters(), limit).item()"
new = "norm = clip_grad_norm_(model.parameters(), max_grad_norm or math.inf).item()"

# %% edge: the_optimizers_only
"""Only what the optimizer updates is clipped, not the gradients of the whole model."""

old = "norm = clip_grad_norm_(model.parameters(), limit).item()"
new = """\
updated = [p for group in optimizer.param_groups for p in group["params"]]
norm = clip_grad_norm_(updated, limit).item()"""

# %% alternative: error_of_clipping_renamed
"""The norm is checked by `clip_grad_norm_`, and its error becomes the one that was asked for."""

optimizer.zero_grad()
loss = accumulate(model, loss_fn, batches)
if not abs(loss) < math.inf:
    raise FloatingPointError(f"loss={loss}")
try:
    norm = clip_grad_norm_(model.parameters(), limit, error_if_nonfinite=True)
except RuntimeError as error:  # its text need not name the value
    norm = clip_grad_norm_(model.parameters(), limit)
    raise FloatingPointError(f"the norm of the gradient is {norm.item()}") from error
optimizer.step()
return loss, float(norm.numpy())

# %% alternative: own_words
"""Clipped only if there is a limit; the error in other words, with NaN as people write it."""

optimizer.zero_grad()
loss = accumulate(model, loss_fn, batches)
norm = float(clip_grad_norm_(model.parameters(), math.inf).numpy())
for name, value in (("loss", loss), ("norm", norm)):
    if math.isnan(value):
        raise FloatingPointError(f"NaN in the {name}")
    if math.isinf(value):
        raise FloatingPointError(f"Infinity in the {name}")
if max_grad_norm is not None:
    clip_grad_norm_(model.parameters(), max_grad_norm)
optimizer.step()
return loss, norm

# %% alternative: loss_first
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

# %% alternative: zero_last
"""Cleared once before, and again at the end."""

old = "optimizer.step()"
new = """\
optimizer.step()
model.zero_grad(set_to_none=True)"""
