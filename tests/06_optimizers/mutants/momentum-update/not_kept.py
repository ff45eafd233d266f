"""The new buffer is an array of its own and forgotten."""
if first:
    buffer = g.copy()
else:
    buffer = momentum * buffer + (1 - dampening) * g
return g + momentum * buffer if nesterov else buffer
