"""The buffer of momentum is counted for Adam, too."""
kept = {"SGD": 0, "Adam": 2, "AdamW": 2}
if optimizer not in kept:
    raise ValueError(f"unknown {optimizer}")
count = kept[optimizer] + (momentum != 0)
return count * parameters * itemsize, (2 + count) * parameters * itemsize
