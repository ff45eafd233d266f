"""Decoupled decay does not follow the learning rate."""
if decoupled:
    p *= 1 - weight_decay
    return g
return g + weight_decay * p
