"""A copy is returned."""
if first:
    np.copyto(buffer, g)
else:
    np.multiply(buffer, momentum, out=buffer)
    np.add(buffer, g * (1 - dampening), out=buffer)
if nesterov:
    return g + momentum * buffer
return buffer.copy()
