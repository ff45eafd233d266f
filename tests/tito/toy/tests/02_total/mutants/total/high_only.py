"""Only the upper half."""
return pair.high
