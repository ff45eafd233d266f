"""All of p overwritten."""
p[...] = p - g * lr
