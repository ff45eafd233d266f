"""Nesterov's direction is made in the gradient itself."""
if first:
    buffer[...] = g
else:
    buffer *= momentum
    buffer += (1 - dampening) * g
if nesterov:
    g += momentum * buffer
    return g
return buffer
