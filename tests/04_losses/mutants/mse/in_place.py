"""The saved difference is overwritten."""
difference *= 2
if reduction == "mean":
    difference /= difference.size
return g * difference
