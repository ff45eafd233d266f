"""Sorted the wrong way round."""
results = [y] if y.grad_fn is not None else []
found = set(results)
for out in results:
    for x in out.grad_fn.inputs:
        if isinstance(x, Tensor) and x.grad_fn is not None and x not in found:
            found.add(x)
            results.append(x)
return sorted(results, key=lambda out: out.grad_fn.serial)
