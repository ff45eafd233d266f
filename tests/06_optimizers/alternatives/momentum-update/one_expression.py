"""One line for the buffer."""
buffer[...] = g if first else momentum * buffer + (1 - dampening) * g
return buffer if not nesterov else buffer * momentum + g
