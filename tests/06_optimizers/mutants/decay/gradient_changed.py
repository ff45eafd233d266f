"""The decay goes into the caller's gradient, and again the next time."""
if decoupled:
    p *= 1 - lr * weight_decay
    return g
g += weight_decay * p
return g
