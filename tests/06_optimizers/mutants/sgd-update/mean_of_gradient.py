"""The gradient is divided by its number of values, as if it were a sum."""
p -= lr * g / len(g)
