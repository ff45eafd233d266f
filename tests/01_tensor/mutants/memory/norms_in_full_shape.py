"""Takes the norms for (n, k) arrays, as if broadcasting made copies."""
product = n * d + k * d + 2 * n * k + 4 * n * k
return (2 * n * k * d + n * k) * itemsize, product * itemsize
