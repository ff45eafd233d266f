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
