"""Breadth first: by distance from y, which is not the order of creation."""
results = [y] if y.grad_fn is not None else []
found = set(results)
for out in results:
    for x in reversed(out.grad_fn.inputs):
        if isinstance(x, Tensor) and x.grad_fn is not None and x not in found:
            found.add(x)
            results.append(x)
return results
