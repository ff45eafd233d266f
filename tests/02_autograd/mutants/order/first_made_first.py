"""Sorted the wrong way round."""
nodes = [y] if y.origin is not None else []
found = set(nodes)
for node in nodes:
    for x in node.origin.inputs:
        if isinstance(x, Tensor) and x.origin is not None and x not in found:
            found.add(x)
            nodes.append(x)
return sorted(nodes, key=lambda node: node.origin.serial)
