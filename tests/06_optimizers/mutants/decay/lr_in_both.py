"""The learning rate is in the coupled gradient, too, and will be applied twice."""
if decoupled:
    p *= 1 - lr * weight_decay
    return g
return g + lr * weight_decay * p
