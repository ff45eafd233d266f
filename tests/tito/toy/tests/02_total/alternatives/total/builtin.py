"""By the built-in sum."""
return sum((pair.low, pair.high))
