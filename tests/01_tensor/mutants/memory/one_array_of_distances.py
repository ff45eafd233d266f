"""Only the result by product is counted, not the three arrays on the way to it."""
product = n * d + k * d + n + k + n * k
return (2 * n * k * d + n * k) * itemsize, product * itemsize
