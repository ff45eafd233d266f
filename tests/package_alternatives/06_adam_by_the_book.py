"""Adam as the paper writes it: both means corrected, then divided."""

module = "optimizers"
function = "adam_update"
old = (
    "    root = math.sqrt(1 - betas[1] ** step)\n"
    "    np.sqrt(v, out=scratch)\n"
    "    scratch += eps * root  # root / (sqrt(v) + eps * root) is 1 / (sqrt(v) / root + eps)\n"
    "    np.divide(m, scratch, out=scratch)\n"
    "    scratch *= lr * root / (1 - betas[0] ** step)\n"
    "    p -= scratch\n"
)
new = (
    "    late, size = m / (1 - betas[0] ** step), v / (1 - betas[1] ** step)\n"
    "    p -= lr * late / (np.sqrt(size) + eps)\n"
)
tests = ["integration/test_training_flow.py", "integration/test_optimizers_integration.py"]
