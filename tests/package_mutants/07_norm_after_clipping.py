"""The norm after clipping is returned."""

module = "training"
function = "clip_grad_norm_"
old = "    return tensor(total)"
new = "    return tensor(min(total, total.dtype.type(max_norm)))"
tests = ["07_training/test_training.py"]
