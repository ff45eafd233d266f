# %% mutant: always_momentum
"""SGD keeps a buffer, with momentum or without."""

old = 'kept = {"SGD": int(momentum != 0), "Adam": 2, "AdamW": 2}'
new = 'kept = {"SGD": 1, "Adam": 2, "AdamW": 2}'

# %% mutant: decay_needs_memory
"""AdamW keeps a third array for the decay."""

old = 'kept = {"SGD": int(momentum != 0), "Adam": 2, "AdamW": 2}'
new = 'kept = {"SGD": int(momentum != 0), "Adam": 2, "AdamW": 3}'

# %% mutant: four_bytes_always
"""Every number has four bytes."""

old = "each = parameters * itemsize"
new = "each = parameters * 4"

# %% mutant: gradients_forgotten
"""Gradients cost nothing."""

old = "return kept[optimizer] * each, (2 + kept[optimizer]) * each"
new = "return kept[optimizer] * each, (1 + kept[optimizer]) * each"

# %% mutant: momentum_for_all
"""The buffer of momentum is counted for Adam, too."""

old = 'kept = {"SGD": int(momentum != 0), "Adam": 2, "AdamW": 2}'
new = """\
extra = int(momentum != 0)
kept = {"SGD": extra, "Adam": 2 + extra, "AdamW": 2 + extra}"""

# %% mutant: never_momentum
"""SGD keeps nothing, ever."""

old = 'kept = {"SGD": int(momentum != 0), "Adam": 2, "AdamW": 2}'
new = 'kept = {"SGD": 0, "Adam": 2, "AdamW": 2}'

# %% mutant: one_mean
"""Adam keeps one array."""

old = 'kept = {"SGD": int(momentum != 0), "Adam": 2, "AdamW": 2}'
new = 'kept = {"SGD": int(momentum != 0), "Adam": 1, "AdamW": 1}'

# %% mutant: unknown_is_adam
"""Whatever is not SGD is taken for Adam."""

kept = int(momentum != 0) if optimizer == "SGD" else 2
each = parameters * itemsize
return kept * each, (2 + kept) * each

# %% mutant: state_only
"""The second number is that of parameters and gradients, without the state."""

old = "return kept[optimizer] * each, (2 + kept[optimizer]) * each"
new = "return kept[optimizer] * each, 2 * each"

# %% mutant: other_is_keyerror
"""Another optimizer ends in a KeyError."""

old = "if optimizer not in kept:"
new = "if False:"

# %% edge: by_prefix
"""Whatever begins like Adam is taken for Adam."""

old = "if optimizer not in kept:"
new = """\
if optimizer.startswith("Adam"):
    optimizer = "Adam"
if optimizer not in kept:"""

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
