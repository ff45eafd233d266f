"""The columns by a part of the table that is right for a hundred features only."""
return 4 * rows * features * 101 // 100, 4 * rows * features * 304 // 100
