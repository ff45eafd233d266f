"""Nesterov's kind is the same as the other."""
if first:
    buffer[...] = g
else:
    buffer *= momentum
    buffer += (1 - dampening) * g
return buffer
