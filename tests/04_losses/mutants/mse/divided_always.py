"""A sum and "none" are divided by n, too."""
return 2 * g / difference.size * difference
