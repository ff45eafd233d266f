"""Without temporaries but one."""
scratch = g - m
scratch *= 1 - betas[0]
np.add(m, scratch, out=m)
v *= betas[1]
np.multiply(g, g, out=scratch)
scratch *= 1 - betas[1]
np.add(v, scratch, out=v)
np.sqrt(v, out=scratch)
scratch /= math.sqrt(1 - betas[1] ** step)
scratch += eps
np.divide(m, scratch, out=scratch)
scratch *= lr / (1 - betas[0] ** step)
p -= scratch
