"""The last result is not counted."""
return 4 * rows * (features + 1), 4 * rows * (2 * features + 4)
