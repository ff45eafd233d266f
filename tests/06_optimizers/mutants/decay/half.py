"""Half of it: the derivative of p**2 / 2 taken for p / 2."""
if decoupled:
    p *= 1 - lr * weight_decay
    return g
return g + weight_decay / 2 * p
