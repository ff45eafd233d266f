"""The joint norm is that of all gradients in one array."""

module = "training"
function = "clip_grad_norm_"
old = (
    "    norms = [np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients]\n"
    "    total = np.linalg.norm(norms, norm_type)\n"
)
new = (
    "    flat = np.concatenate([g.numpy().ravel() for g in gradients])\n"
    "    total = np.linalg.norm(flat, norm_type)\n"
)
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
