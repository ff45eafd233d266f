"""The product: the same for 0."""
return pair.low * pair.high
