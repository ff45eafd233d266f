"""Counts numbers instead of bytes."""
return 2 * n * k * d + n * k, n * d + k * d + n + k + 4 * n * k
