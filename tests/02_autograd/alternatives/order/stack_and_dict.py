"""A stack and a dict by serial number."""
found, stack = {}, [y]
while stack:
    node = stack.pop()
    if type(node) is Tensor and node.origin and node.origin.serial not in found:
        found[node.origin.serial] = node
        stack += node.origin.inputs
return [found[serial] for serial in sorted(found)[::-1]]
