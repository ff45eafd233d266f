# %% mutant: breadth_first
"""Breadth first: by distance from y, which is not the order of creation."""

old = "for x in out.grad_fn.inputs:"
new = "for x in reversed(out.grad_fn.inputs):"
old = "return sorted(results, key=lambda out: out.grad_fn.serial, reverse=True)"
new = "return results"

# %% mutant: depth_first
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

# %% mutant: duplicates_removed_at_the_end
"""Every path is walked and duplicates are removed afterwards: exponential time."""

old = "if isinstance(x, Tensor) and x.grad_fn is not None and x not in found:"
new = "if isinstance(x, Tensor) and x.grad_fn is not None:"
old = "return sorted(results, key=lambda out: out.grad_fn.serial, reverse=True)"
new = "return sorted(set(results), key=lambda out: out.grad_fn.serial, reverse=True)"

# %% mutant: first_made_first
"""Sorted the wrong way round."""

old = "return sorted(results, key=lambda out: out.grad_fn.serial, reverse=True)"
new = "return sorted(results, key=lambda out: out.grad_fn.serial)"

# %% mutant: leaves_too
"""Leaves are in the list as well."""

results, found = [y], {y}
for out in results:
    for x in out.grad_fn.inputs if out.grad_fn else ():
        if isinstance(x, Tensor) and x not in found:
            found.add(x)
            results.append(x)
return sorted(results, key=lambda out: out.grad_fn.serial if out.grad_fn else 0, reverse=True)

# %% mutant: once_for_each_path
"""A tensor that was used twice stands there twice."""

old = "if isinstance(x, Tensor) and x.grad_fn is not None and x not in found:"
new = "if isinstance(x, Tensor) and x.grad_fn is not None:"

# %% mutant: recursive
"""Calls itself, so that a long chain ends in a RecursionError."""

found = {}


def visit(x):
    if isinstance(x, Tensor) and x.grad_fn is not None and x.grad_fn.serial not in found:
        found[x.grad_fn.serial] = x
        for other in x.grad_fn.inputs:
            visit(other)


visit(y)
return [found[serial] for serial in sorted(found, reverse=True)]

# %% alternative: heap
"""A heap hands out the largest serial number; no sorting."""

import heapq

heap, found, results = [], set(), []


def push(x):
    if isinstance(x, Tensor) and x.grad_fn is not None and x.grad_fn.serial not in found:
        found.add(x.grad_fn.serial)
        heapq.heappush(heap, (-x.grad_fn.serial, x))


push(y)
while heap:
    results.append(heapq.heappop(heap)[1])
    for x in results[-1].grad_fn.inputs:
        push(x)
return results

# %% alternative: stack_and_dict
"""A stack and a dict by serial number."""

found, stack = {}, [y]
while stack:
    out = stack.pop()
    if type(out) is Tensor and out.grad_fn and out.grad_fn.serial not in found:
        found[out.grad_fn.serial] = out
        stack += out.grad_fn.inputs
return [found[serial] for serial in sorted(found)[::-1]]
