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
