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
