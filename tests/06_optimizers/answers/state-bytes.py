# %% mutant: always_momentum
"""SGD keeps a buffer, with momentum or without."""

kept = {"SGD": 1, "Adam": 2, "AdamW": 2}
if optimizer not in kept:
    raise ValueError(f"unknown {optimizer}")
each = parameters * itemsize
return kept[optimizer] * each, (2 + kept[optimizer]) * each

# %% mutant: decay_needs_memory
"""AdamW keeps a third array for the decay."""

kept = {"SGD": int(momentum != 0), "Adam": 2, "AdamW": 3}
if optimizer not in kept:
    raise ValueError(f"unknown {optimizer}")
each = parameters * itemsize
return kept[optimizer] * each, (2 + kept[optimizer]) * each

# %% mutant: four_bytes_always
"""Every number has four bytes."""

old = """\
raise ValueError(f"{optimizer!r} is no optimizer of this module: SGD, Adam or AdamW")
each = parameters * itemsize"""
new = """\
raise ValueError(f"unknown {optimizer}")
each = parameters * 4"""

# %% mutant: gradients_forgotten
"""Gradients cost nothing."""

kept = {"SGD": int(momentum != 0), "Adam": 2, "AdamW": 2}
if optimizer not in kept:
    raise ValueError(f"unknown {optimizer}")
each = parameters * itemsize
return kept[optimizer] * each, (1 + kept[optimizer]) * each

# %% mutant: momentum_for_all
"""The buffer of momentum is counted for Adam, too."""

kept = {"SGD": 0, "Adam": 2, "AdamW": 2}
if optimizer not in kept:
    raise ValueError(f"unknown {optimizer}")
count = kept[optimizer] + (momentum != 0)
return count * parameters * itemsize, (2 + count) * parameters * itemsize

# %% mutant: never_momentum
"""SGD keeps nothing, ever."""

kept = {"SGD": 0, "Adam": 2, "AdamW": 2}
if optimizer not in kept:
    raise ValueError(f"unknown {optimizer}")
each = parameters * itemsize
return kept[optimizer] * each, (2 + kept[optimizer]) * each

# %% mutant: one_mean
"""Adam keeps one array."""

kept = {"SGD": int(momentum != 0), "Adam": 1, "AdamW": 1}
if optimizer not in kept:
    raise ValueError(f"unknown {optimizer}")
each = parameters * itemsize
return kept[optimizer] * each, (2 + kept[optimizer]) * each

# %% mutant: unknown_is_adam
"""Whatever is not SGD is taken for Adam."""

kept = int(momentum != 0) if optimizer == "SGD" else 2
each = parameters * itemsize
return kept * each, (2 + kept) * each

# %% alternative: branches
"""With branches."""

each = parameters * itemsize
if optimizer == "SGD":
    state = each if momentum else 0
elif optimizer in ("Adam", "AdamW"):
    state = 2 * each
else:
    raise ValueError(f"no such optimizer: {optimizer}")
return state, each + each + state

# %% alternative: names
"""By the names of the arrays that are kept."""

names = {"SGD": ["momentum_buffer"] if momentum else []}
names["Adam"] = names["AdamW"] = ["exp_avg", "exp_avg_sq"]
if optimizer not in names:
    raise ValueError(f"{optimizer}: choose {sorted(names)}")
state = sum(parameters * itemsize for _ in names[optimizer])
return state, state + parameters * itemsize * 2
