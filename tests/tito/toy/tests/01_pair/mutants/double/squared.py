"""Squared instead of doubled: the same for 0 and 2."""
return x * x
