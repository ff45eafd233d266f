"""The sign of the weight, not the weight: L1, which agrees where p is 1 or -1."""
if decoupled:
    p *= 1 - lr * weight_decay
    return g
return g + weight_decay * np.sign(p)
