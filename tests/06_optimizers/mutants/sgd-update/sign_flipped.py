"""The step goes uphill."""
p += lr * g
