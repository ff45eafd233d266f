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

# %% mutant: list_of_found
"""`in` on a list compares tensors value by value: a RuntimeError, the truth is ambiguous."""

results = [y] if y.grad_fn is not None else []
for out in results:
    for x in out.grad_fn.inputs:
        if isinstance(x, Tensor) and x.grad_fn is not None and x not in results:
            results.append(x)
return sorted(results, key=lambda out: out.grad_fn.serial, reverse=True)

# %% mutant: isinstance_forgotten
"""Numbers among the inputs have no grad_fn: an AttributeError."""

old = "if isinstance(x, Tensor) and x.grad_fn is not None and x not in found:"
new = "if x.grad_fn is not None and x not in found:"

# %% mutant: without_y
"""y itself is left out."""

old = "return sorted(results, key=lambda out: out.grad_fn.serial, reverse=True)"
new = "return sorted(results[1:], key=lambda out: out.grad_fn.serial, reverse=True)"

# %% mutant: leaf_not_expected
"""A leaf has no grad_fn to look into: an AttributeError."""

old = "results = [y] if y.grad_fn is not None else []"
new = "results = [y]"

# %% mutant: by_distance
"""Sorted by the number of operations between: uses of a tensor may be on a shorter path."""

distance = {y: 0} if y.grad_fn is not None else {}
waiting = list(distance)
for out in waiting:
    for x in out.grad_fn.inputs:
        if isinstance(x, Tensor) and x.grad_fn is not None and x not in distance:
            distance[x] = distance[out] + 1
            waiting.append(x)
return sorted(distance, key=distance.get)

# %% mutant: depth_first_post_order
"""Depth first and turned around: topological, but not the latest made first."""

order, found, stack = [], set(), [(y, False)] if y.grad_fn is not None else []
while stack:
    out, done = stack.pop()
    if done:
        order.append(out)
    elif out not in found:
        found.add(out)
        stack.append((out, True))
        inputs = [x for x in out.grad_fn.inputs if isinstance(x, Tensor)]
        stack += [(x, False) for x in reversed(inputs) if x.grad_fn is not None]
return order[::-1]

# %% edge: two_inputs
"""Operations are taken to have two inputs at most."""

old = "for x in out.grad_fn.inputs:"
new = "for x in out.grad_fn.inputs[:2]:"

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

# %% alternative: list_of_receipts
"""A list of tensors to visit, and a set of the nodes already seen; sorted, then turned around."""

seen, order, todo = set(), [], [y]
while todo:
    here = todo.pop(0)
    node = getattr(here, "grad_fn", None)
    if node is None or id(node) in seen:
        continue
    seen.add(id(node))
    order.append(here)
    todo.extend(node.inputs)
order.sort(key=lambda tensor: tensor.grad_fn.serial)
return list(reversed(order))
