"""SGD keeps nothing, ever."""
kept = {"SGD": 0, "Adam": 2, "AdamW": 2}
if optimizer not in kept:
    raise ValueError(f"unknown {optimizer}")
each = parameters * itemsize
return kept[optimizer] * each, (2 + kept[optimizer]) * each
