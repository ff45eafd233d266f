"""Decoupled decay, and the gradient too."""
if decoupled:
    p *= 1 - lr * weight_decay
return g + weight_decay * p
