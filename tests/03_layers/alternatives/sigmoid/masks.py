"""Each half computed in its own form."""
out = np.empty_like(x)
above = x >= 0
out[above] = 1 / (1 + np.exp(-x[above]))
below = np.exp(x[~above])
out[~above] = below / (1 + below)
return out
