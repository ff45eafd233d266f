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
