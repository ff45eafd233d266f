"""The buffer is added whole."""
if first:
    buffer[...] = g
else:
    buffer *= momentum
    buffer += (1 - dampening) * g
return g + buffer if nesterov else buffer
