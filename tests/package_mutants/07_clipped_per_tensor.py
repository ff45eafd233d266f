"""Each gradient is clipped by itself: the direction changes."""

module = "training"
function = "clip_grad_norm_"
old = "        for g in gradients:\n            g *= float(factor)"
new = (
    "        for g, own in zip(gradients, norms, strict=True):\n"
    "            g *= min(1.0, max_norm / float(own + 1e-6))"
)
tests = ["07_training/test_training.py"]
