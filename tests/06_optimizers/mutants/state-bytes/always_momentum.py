"""SGD keeps a buffer, with momentum or without."""
kept = {"SGD": 1, "Adam": 2, "AdamW": 2}
if optimizer not in kept:
    raise ValueError(f"unknown {optimizer}")
each = parameters * itemsize
return kept[optimizer] * each, (2 + kept[optimizer]) * each
