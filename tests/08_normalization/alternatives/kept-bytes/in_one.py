"""Counted row by row."""
return rows * 4 * (features + 1), rows * (features * 12 + 16)
