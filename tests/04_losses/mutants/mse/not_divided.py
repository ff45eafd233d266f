"""The mean is not divided by n: the gradient is that of a sum."""
return 2 * g * difference
