"""The look ahead goes into the buffer and is counted again."""
if first:
    buffer[...] = g
else:
    buffer *= momentum
    buffer += (1 - dampening) * g
if nesterov:
    buffer *= momentum
    buffer += g
return buffer
