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
