# %% mutant: by_value
"""Tensors of equal numbers are taken for one."""

params = group["params"]
params = [params] if isinstance(params, Tensor) else list(params)
if not params:
    raise ValueError("empty parameter list")
seen = [p.array for p in taken]
for p in params:
    if not isinstance(p, Tensor):
        raise TypeError(f"no tensor but {type(p).__name__}")
    if not p.is_leaf:
        raise ValueError("not a leaf")
    if any(np.array_equal(p.array, other) for other in seen):
        raise ValueError("in more than one group")
    seen.append(p.array)
return {**defaults, **group, "params": params}

# %% mutant: changes_the_defaults
"""The group's settings become everyone's defaults."""

params = group["params"]
params = [params] if isinstance(params, Tensor) else list(params)
if not params:
    raise ValueError("empty parameter list")
seen = {id(p) for p in taken}
for p in params:
    if not isinstance(p, Tensor):
        raise TypeError(f"no tensor but {type(p).__name__}")
    if not p.is_leaf:
        raise ValueError("not a leaf")
    if id(p) in seen:
        raise ValueError("in more than one group")
    seen.add(id(p))
defaults.update(group)
defaults["params"] = params
return defaults

# %% mutant: changes_the_group
"""The caller's dict is filled in."""

params = group["params"]
params = [params] if isinstance(params, Tensor) else list(params)
if not params:
    raise ValueError("empty parameter list")
seen = {id(p) for p in taken}
for p in params:
    if not isinstance(p, Tensor):
        raise TypeError(f"no tensor but {type(p).__name__}")
    if not p.is_leaf:
        raise ValueError("not a leaf")
    if id(p) in seen:
        raise ValueError("in more than one group")
    seen.add(id(p))
for name, value in defaults.items():
    group.setdefault(name, value)
group["params"] = params
return group

# %% mutant: copied
"""The optimizer learns copies."""

params = group["params"]
params = [params] if isinstance(params, Tensor) else list(params)
if not params:
    raise ValueError("empty parameter list")
seen = {id(p) for p in taken}
for p in params:
    if not isinstance(p, Tensor):
        raise TypeError(f"no tensor but {type(p).__name__}")
    if not p.is_leaf:
        raise ValueError("not a leaf")
    if id(p) in seen:
        raise ValueError("in more than one group")
    seen.add(id(p))
return {**defaults, **group, "params": [Tensor(p.array.copy(), p.requires_grad) for p in params]}

# %% mutant: defaults_missing
"""Only what the group says."""

params = group["params"]
params = [params] if isinstance(params, Tensor) else list(params)
if not params:
    raise ValueError("empty parameter list")
seen = {id(p) for p in taken}
for p in params:
    if not isinstance(p, Tensor):
        raise TypeError(f"no tensor but {type(p).__name__}")
    if not p.is_leaf:
        raise ValueError("not a leaf")
    if id(p) in seen:
        raise ValueError("in more than one group")
    seen.add(id(p))
return {**group, "params": params}

# %% mutant: defaults_win
"""The defaults overwrite what the group says."""

params = group["params"]
params = [params] if isinstance(params, Tensor) else list(params)
if not params:
    raise ValueError("empty parameter list")
seen = {id(p) for p in taken}
for p in params:
    if not isinstance(p, Tensor):
        raise TypeError(f"no tensor but {type(p).__name__}")
    if not p.is_leaf:
        raise ValueError("not a leaf")
    if id(p) in seen:
        raise ValueError("in more than one group")
    seen.add(id(p))
return {**group, **defaults, "params": params}

# %% mutant: generator_used_up
"""The generator is looped over for the checks, and empty afterwards."""

params = group["params"]
params = [params] if isinstance(params, Tensor) else params
seen, count = {id(p) for p in taken}, 0
for p in params:
    count += 1
    if not isinstance(p, Tensor):
        raise TypeError(f"no tensor but {type(p).__name__}")
    if not p.is_leaf:
        raise ValueError("not a leaf")
    if id(p) in seen:
        raise ValueError("in more than one group")
    seen.add(id(p))
if not count:
    raise ValueError("empty parameter list")
return {**defaults, **group, "params": list(params)}

# %% mutant: no_check_of_leaves
"""A computed tensor, which never gets a gradient, is accepted."""

params = group["params"]
params = [params] if isinstance(params, Tensor) else list(params)
if not params:
    raise ValueError("empty parameter list")
seen = {id(p) for p in taken}
for p in params:
    if not isinstance(p, Tensor):
        raise TypeError(f"no tensor but {type(p).__name__}")
    if id(p) in seen:
        raise ValueError("in more than one group")
    seen.add(id(p))
return {**defaults, **group, "params": params}

# %% mutant: not_checked
"""A parameter of another group is not noticed."""

params = group["params"]
params = [params] if isinstance(params, Tensor) else list(params)
if not params:
    raise ValueError("empty parameter list")
for p in params:
    if not isinstance(p, Tensor):
        raise TypeError(f"no tensor but {type(p).__name__}")
    if not p.is_leaf:
        raise ValueError("not a leaf")
if len({id(p) for p in params}) < len(params):
    raise ValueError("in more than one group")
return {**defaults, **group, "params": params}

# %% mutant: one_tensor_by_rows
"""A single tensor is taken for a list of its rows."""

params = list(group["params"])
if not params:
    raise ValueError("empty parameter list")
seen = {id(p) for p in taken}
for p in params:
    if not isinstance(p, Tensor):
        raise TypeError(f"no tensor but {type(p).__name__}")
    if not p.is_leaf:
        raise ValueError("not a leaf")
    if id(p) in seen:
        raise ValueError("in more than one group")
    seen.add(id(p))
return {**defaults, **group, "params": params}

# %% mutant: twice_in_itself
"""A parameter twice in one list is not noticed."""

params = group["params"]
params = [params] if isinstance(params, Tensor) else list(params)
if not params:
    raise ValueError("empty parameter list")
seen = {id(p) for p in taken}
for p in params:
    if not isinstance(p, Tensor):
        raise TypeError(f"no tensor but {type(p).__name__}")
    if not p.is_leaf:
        raise ValueError("not a leaf")
    if id(p) in seen:
        raise ValueError("in more than one group")
return {**defaults, **group, "params": params}

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
