"""The squares of the differences are not counted."""
product = n * d + k * d + n + k + 4 * n * k
return (n * k * d + n * k) * itemsize, product * itemsize
