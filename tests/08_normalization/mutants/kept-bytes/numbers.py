"""Numbers, not bytes."""
return rows * (features + 1), rows * (3 * features + 4)
