"""Divided by the number of rows, not of values."""
if reduction == "mean":
    g = g / len(difference)
return 2 * g * difference
