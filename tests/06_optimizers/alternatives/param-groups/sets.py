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
