"""Depth first, each tensor when it is first met."""
results, stack, found = [], [y], set()
while stack:
    out = stack.pop()
    if out.grad_fn is None or out in found:
        continue
    found.add(out)
    results.append(out)
    stack.extend(x for x in reversed(out.grad_fn.inputs) if isinstance(x, Tensor))
return results
