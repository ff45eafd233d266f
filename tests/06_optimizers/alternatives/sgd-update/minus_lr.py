"""Adding the opposite."""
p += -lr * g
