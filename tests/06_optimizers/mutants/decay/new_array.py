"""A new array of the same name: the weights never decay."""
if decoupled:
    p = p * (1 - lr * weight_decay)
    return g
return g + weight_decay * p
