"""After eval() running statistics are used, and move towards those of the batch."""

module = "normalization"
function = "batch_norm"
old = "        return fixed_norm_op("
new = (
    "        dims = (0,) if len(table) == 2 else (0, 2)\n"
    "        _, now, spread, _ = normalize(input.numpy().reshape(table), dims, eps)\n"
    "        kept = running_mean.clone(), running_var.clone()\n"
    "        count = input.numel() // table[1]\n"
    "        moving = running_mean.array, running_var.array\n"
    "        update_running(*moving, now.reshape(-1), spread.reshape(-1), count, momentum)\n"
    "        running_mean, running_var = kept\n"
    "        return fixed_norm_op("
)
tests = ["integration/test_training_flow.py"]
