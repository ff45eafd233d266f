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
