"""Every path is walked and duplicates are removed afterwards: exponential time."""
results = [y] if y.grad_fn is not None else []
for out in results:
    for x in out.grad_fn.inputs:
        if isinstance(x, Tensor) and x.grad_fn is not None:
            results.append(x)
return sorted(set(results), key=lambda out: out.grad_fn.serial, reverse=True)
