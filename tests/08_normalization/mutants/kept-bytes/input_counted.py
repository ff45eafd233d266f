"""The input is counted."""
return 4 * rows * (2 * features + 1), 4 * rows * (4 * features + 4)
