"""A number is taken to have four bytes."""
product = n * d + k * d + n + k + 4 * n * k
return (2 * n * k * d + n * k) * 4, product * 4
