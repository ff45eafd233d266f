"""Leaves are in the list as well."""
results, found = [y], {y}
for out in results:
    for x in out.grad_fn.inputs if out.grad_fn else ():
        if isinstance(x, Tensor) and x not in found:
            found.add(x)
            results.append(x)
return sorted(results, key=lambda out: out.grad_fn.serial if out.grad_fn else 0, reverse=True)
