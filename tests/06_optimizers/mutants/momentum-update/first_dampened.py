"""The first gradient is dampened like the others."""
if first:
    buffer[...] = 0
buffer *= momentum
buffer += (1 - dampening) * g
return g + momentum * buffer if nesterov else buffer
