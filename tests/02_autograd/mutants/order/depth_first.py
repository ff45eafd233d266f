"""Depth first, each tensor when it is first met."""
nodes, stack, found = [], [y], set()
while stack:
    node = stack.pop()
    if node.origin is None or node in found:
        continue
    found.add(node)
    nodes.append(node)
    stack.extend(x for x in reversed(node.origin.inputs) if isinstance(x, Tensor))
return nodes
