"""Works in place on what was saved."""
normed *= -average(dims, g, normed)
return (normed + g - average(dims, g)) * inverse
