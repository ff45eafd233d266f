"""Halved twice."""
return x / 4
