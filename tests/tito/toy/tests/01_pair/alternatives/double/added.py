"""Adds the array to itself."""
return x + x
