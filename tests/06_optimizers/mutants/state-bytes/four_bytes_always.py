"""Every number has four bytes."""
kept = {"SGD": int(momentum != 0), "Adam": 2, "AdamW": 2}
if optimizer not in kept:
    raise ValueError(f"unknown {optimizer}")
each = parameters * 4
return kept[optimizer] * each, (2 + kept[optimizer]) * each
