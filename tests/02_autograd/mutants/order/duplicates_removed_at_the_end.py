"""Every path is walked and duplicates are removed afterwards: exponential time."""
nodes = [y] if y.origin is not None else []
for node in nodes:
    for x in node.origin.inputs:
        if isinstance(x, Tensor) and x.origin is not None:
            nodes.append(x)
return sorted(set(nodes), key=lambda node: node.origin.serial, reverse=True)
