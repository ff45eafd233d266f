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
