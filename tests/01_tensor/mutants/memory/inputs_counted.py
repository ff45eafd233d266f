"""Counts the images and the means as well."""
given = n * d + k * d
product = n * d + k * d + n + k + 4 * n * k
return (2 * n * k * d + n * k + given) * itemsize, (product + given) * itemsize
