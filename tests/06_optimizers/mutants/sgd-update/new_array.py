"""A new array of the same name: the caller's stays."""
p = p - lr * g
