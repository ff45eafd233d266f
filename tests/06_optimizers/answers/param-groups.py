# %% mutant: by_value
"""Tensors of equal numbers are taken for one: a ValueError where nothing is wrong."""

old = "seen = {id(p) for p in taken}"
new = "seen = [p.tolist() for p in taken]"
old = "if id(p) in seen:"
new = "if p.tolist() in seen:"
old = "seen.add(id(p))"
new = "seen.append(p.tolist())"

# %% mutant: changes_the_defaults
"""The group's settings become everyone's defaults."""

old = 'return {**defaults, **group, "params": params}'
new = """\
defaults.update(group, params=params)
return defaults"""

# %% mutant: changes_the_group
"""The caller's dict is filled in."""

old = 'return {**defaults, **group, "params": params}'
new = """\
for name, value in defaults.items():
    group.setdefault(name, value)
group["params"] = params
return group"""

# %% mutant: copied
"""The optimizer learns copies."""

old = 'return {**defaults, **group, "params": params}'
new = """\
copies = [Tensor(p.array.copy(), p.requires_grad) for p in params]
return {**defaults, **group, "params": copies}"""

# %% mutant: defaults_missing
"""Only what the group says."""

old = 'return {**defaults, **group, "params": params}'
new = 'return {**group, "params": params}'

# %% mutant: defaults_win
"""The defaults overwrite what the group says."""

old = 'return {**defaults, **group, "params": params}'
new = 'return {**group, **defaults, "params": params}'

# %% mutant: generator_used_up
"""The generator is looped over for the checks, and empty afterwards."""

old = "params = [params] if isinstance(params, Tensor) else list(params)"
new = "params = [params] if isinstance(params, Tensor) else params"
old = 'return {**defaults, **group, "params": params}'
new = 'return {**defaults, **group, "params": list(params)}'

# %% mutant: no_check_of_leaves
"""A computed tensor, which never gets a gradient, is accepted."""

old = 'raise ValueError("an optimizer takes leaf tensors, not one that was computed")'
new = "pass"

# %% mutant: not_checked
"""A parameter of another group is not noticed."""

old = "seen = {id(p) for p in taken}"
new = "seen = set()"

# %% mutant: one_tensor_by_rows
"""A single tensor is taken for a list of its rows, which are no leaves: a ValueError."""

old = "params = [params] if isinstance(params, Tensor) else list(params)"
new = "params = list(params)"

# %% mutant: twice_in_itself
"""A parameter twice in one list is not noticed."""

old = "seen.add(id(p))"
new = ""

# %% mutant: decay_of_the_default
"""A weight decay of 0 counts as not given, so that of the default wins."""

old = 'return {**defaults, **group, "params": params}'
new = """\
decay = group.get("weight_decay") or defaults.get("weight_decay", 0)
return {**defaults, **group, "params": params, "weight_decay": decay}"""

# %% mutant: in_taken
"""Asks `p in taken`, which compares numbers: a RuntimeError, the truth of 2 values is ambiguous."""

old = "if id(p) in seen:"
new = "if p in list(taken):"

# %% mutant: only_the_rate
"""Only the rate may differ from the defaults."""

old = 'return {**defaults, **group, "params": params}'
new = """\
return {**group, **defaults, "lr": group.get("lr", defaults["lr"]), "params": params}"""

# %% mutant: joins_taken
"""The new parameters are added to the caller's list of those taken."""

old = "seen.add(id(p))"
new = """\
seen.add(id(p))
taken.append(p)"""

# %% mutant: names_the_value
"""The error shows what came, not of which type it is."""

old = 'raise TypeError(f"an optimizer takes tensors, not {type(p).__name__}")'
new = 'raise TypeError(f"an optimizer takes tensors, not {p!r}")'

# %% edge: empty_asked_too_early
"""Whether there are parameters is asked before the list is made: a generator always seems to be."""

old = """\
params = [params] if isinstance(params, Tensor) else list(params)
if not params:
    raise ValueError("an optimizer got an empty parameter list")"""
new = """\
if isinstance(params, (list, tuple)) and not params:
    raise ValueError("an optimizer got an empty parameter list")
params = [params] if isinstance(params, Tensor) else list(params)"""

# %% alternative: identity
"""Identity by `is`, and a dict built step by step."""

result = dict(defaults)
result.update(group)
params = group["params"]
if isinstance(params, Tensor):
    params = [params]
params, seen = list(params), list(taken)
if len(params) == 0:
    raise ValueError("the parameter list is empty")
for p in params:
    if not isinstance(p, Tensor):
        raise TypeError(f"got {type(p).__name__}, not a tensor")
    if not p.is_leaf:
        raise ValueError("this tensor is no leaf")
    if any(p is other for other in seen):
        raise ValueError("a parameter is in more than one group")
    seen.append(p)
result["params"] = params
return result

# %% alternative: sets
"""The checks one after the other, identities counted in a set."""

params = [group["params"]] if isinstance(group["params"], Tensor) else [*group["params"]]
odd = [type(p).__name__ for p in params if not isinstance(p, Tensor)]
if odd:
    raise TypeError(f"parameters are tensors, not {odd[0]}")
if not params:
    raise ValueError("empty: there are no parameters")
if any(p.grad_fn is not None for p in params):
    raise ValueError("only a leaf can be a parameter")
if len({id(p) for p in (*params, *taken)}) < len(params) + len(taken):
    raise ValueError("a parameter is in more than one place")
return defaults | group | {"params": params}
