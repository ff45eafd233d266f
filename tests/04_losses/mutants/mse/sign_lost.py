"""The difference the wrong way round."""
if reduction == "mean":
    g = g / difference.size
return 2 * g * (b - a)
