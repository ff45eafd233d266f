"""The share is subtracted."""
if decoupled:
    p -= lr * weight_decay * p
    return g
return weight_decay * p + g
