"""Works in place on the gradient that came in."""
third = normed * average(dims, g, normed)
g -= average(dims, g)
g -= third
g *= inverse
return g
