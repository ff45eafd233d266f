"""The mean is NumPy's."""

module = "tensor"
function = "reduce_forward"
old = "    total = np.add.reduce("
new = (
    "    if mean:\n"
    "        return np.mean(x, axis=dims, keepdims=keepdim)\n"
    "    total = np.add.reduce("
)
also = [
    (
        "reduce_forward",
        (
            "    if not mean:\n"
            "        return total\n"
            "    return total / x.dtype.type(math.prod(x.shape[d] for d in dims))\n"
        ),
        "    return total\n",
    ),
]
tests = ["integration/test_gradient_flow.py", "integration/test_training_flow.py"]
