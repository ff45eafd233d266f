"""Nesterov with the buffer from before this gradient."""
old = np.zeros_like(g) if first else buffer.copy()
if first:
    buffer[...] = g
else:
    buffer *= momentum
    buffer += (1 - dampening) * g
return g + momentum * old if nesterov else buffer
