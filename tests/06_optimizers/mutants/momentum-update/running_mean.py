"""A running mean, as in Adam."""
if first:
    buffer[...] = g
else:
    buffer *= momentum
    buffer += (1 - momentum) * g
return g + momentum * buffer if nesterov else buffer
