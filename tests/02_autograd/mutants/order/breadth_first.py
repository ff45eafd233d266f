"""Breadth first: by distance from y, which is not the order of creation."""
nodes = [y] if y.origin is not None else []
found = set(nodes)
for node in nodes:
    for x in reversed(node.origin.inputs):
        if isinstance(x, Tensor) and x.origin is not None and x not in found:
            found.add(x)
            nodes.append(x)
return nodes
