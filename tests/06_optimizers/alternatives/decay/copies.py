"""Copies of the gradient."""
new = g.copy()
if decoupled:
    np.multiply(p, 1 - lr * weight_decay, out=p)
else:
    new += weight_decay * p
return new
