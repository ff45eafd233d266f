"""The first time, too, the buffer is read."""
buffer *= momentum
buffer += g if first else (1 - dampening) * g
return g + momentum * buffer if nesterov else buffer
