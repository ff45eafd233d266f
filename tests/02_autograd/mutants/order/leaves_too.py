"""Leaves are in the list as well."""
nodes, found = [y], {y}
for node in nodes:
    for x in node.origin.inputs if node.origin else ():
        if isinstance(x, Tensor) and x not in found:
            found.add(x)
            nodes.append(x)
return sorted(nodes, key=lambda node: node.origin.serial if node.origin else 0, reverse=True)
