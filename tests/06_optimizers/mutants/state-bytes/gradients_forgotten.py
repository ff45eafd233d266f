"""Gradients cost nothing."""
kept = {"SGD": int(momentum != 0), "Adam": 2, "AdamW": 2}
if optimizer not in kept:
    raise ValueError(f"unknown {optimizer}")
each = parameters * itemsize
return kept[optimizer] * each, (1 + kept[optimizer]) * each
