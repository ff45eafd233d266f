"""Only the lower half."""
return pair.low
