"""Short gradients are made longer."""

module = "training"
function = "clip_grad_norm_"
old = "if not factor >= 1:"
new = "if True:"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
