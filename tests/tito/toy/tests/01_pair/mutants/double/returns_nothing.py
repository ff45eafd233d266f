"""The result is computed and not returned."""
2 * x
