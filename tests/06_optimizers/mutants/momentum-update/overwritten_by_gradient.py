"""The buffer becomes the gradient each time: nothing of the past is left."""
buffer[...] = g
return g + momentum * buffer if nesterov else buffer
