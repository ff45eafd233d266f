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
