"""The joint norm lacks its root."""

module = "training"
function = "clip_grad_norm_"
old = "total = np.linalg.norm(norms, norm_type)"
new = "total = np.linalg.norm(norms, norm_type) ** 2"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
