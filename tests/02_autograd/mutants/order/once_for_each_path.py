"""A tensor that was used twice stands there twice."""
nodes = [y] if y.origin is not None else []
for node in nodes:
    for x in node.origin.inputs:
        if isinstance(x, Tensor) and x.origin is not None:
            nodes.append(x)
return sorted(nodes, key=lambda node: node.origin.serial, reverse=True)
