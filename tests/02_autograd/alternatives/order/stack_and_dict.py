"""A stack and a dict by serial number."""
found, stack = {}, [y]
while stack:
    out = stack.pop()
    if type(out) is Tensor and out.grad_fn and out.grad_fn.serial not in found:
        found[out.grad_fn.serial] = out
        stack += out.grad_fn.inputs
return [found[serial] for serial in sorted(found)[::-1]]
