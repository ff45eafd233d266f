""""none" is divided by n as a mean is."""
if reduction != "sum":
    g = g / difference.size
return 2 * g * difference
