"""Gradients are clipped when the step has been taken."""

module = "training"
function = "training_step"
old = (
    "    norm = clip_grad_norm_(model.parameters(), limit).item()\n"
    "    if not (math.isfinite(loss) and math.isfinite(norm)):\n"
    '        raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")\n'
    "    optimizer.step()\n"
)
new = (
    "    norm = clip_grad_norm_(model.parameters(), math.inf).item()\n"
    "    if not (math.isfinite(loss) and math.isfinite(norm)):\n"
    '        raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")\n'
    "    optimizer.step()\n"
    "    clip_grad_norm_(model.parameters(), limit)\n"
)
tests = ["07_training/test_training.py"]
