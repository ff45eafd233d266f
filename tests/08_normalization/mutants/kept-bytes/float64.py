"""Eight bytes a number."""
return 8 * rows * (features + 1), 8 * rows * (3 * features + 4)
