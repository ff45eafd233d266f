"""A heap hands out the largest serial number; no sorting."""
import heapq

heap, found, nodes = [], set(), []

def push(x):
    if isinstance(x, Tensor) and x.origin is not None and x.origin.serial not in found:
        found.add(x.origin.serial)
        heapq.heappush(heap, (-x.origin.serial, x))

push(y)
while heap:
    nodes.append(heapq.heappop(heap)[1])
    for x in nodes[-1].origin.inputs:
        push(x)
return nodes
