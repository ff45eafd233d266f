"""The factor 2 of the square is lost."""
if reduction == "mean":
    g = g / difference.size
return g * difference
