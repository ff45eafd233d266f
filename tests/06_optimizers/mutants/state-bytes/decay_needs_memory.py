"""AdamW keeps a third array for the decay."""
kept = {"SGD": int(momentum != 0), "Adam": 2, "AdamW": 3}
if optimizer not in kept:
    raise ValueError(f"unknown {optimizer}")
each = parameters * itemsize
return kept[optimizer] * each, (2 + kept[optimizer]) * each
