"""No temporary, but the gradient is changed."""
g *= lr
p -= g
