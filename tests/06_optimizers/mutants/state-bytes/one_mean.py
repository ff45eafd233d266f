"""Adam keeps one array."""
kept = {"SGD": int(momentum != 0), "Adam": 1, "AdamW": 1}
if optimizer not in kept:
    raise ValueError(f"unknown {optimizer}")
each = parameters * itemsize
return kept[optimizer] * each, (2 + kept[optimizer]) * each
