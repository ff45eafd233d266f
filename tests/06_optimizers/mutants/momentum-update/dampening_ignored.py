"""Gradients go in whole."""
if first:
    buffer[...] = g
else:
    buffer *= momentum
    buffer += g
return g + momentum * buffer if nesterov else buffer
