"""The wrong sign."""
if decoupled:
    p *= 1 + lr * weight_decay
    return g
return g - weight_decay * p
