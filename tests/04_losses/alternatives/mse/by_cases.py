"""One line for each case, from a and b."""
slope = 2 * (a - b)
if reduction == "mean":
    slope = slope / slope.size
return slope * g
