# %% mutant: float64
"""Eight bytes a number."""

return 8 * rows * (features + 1), 8 * rows * (3 * features + 4)

# %% mutant: input_counted
"""The input is counted."""

return 4 * rows * (2 * features + 1), 4 * rows * (4 * features + 4)

# %% mutant: last_result_forgotten
"""The last result is not counted."""

return 4 * rows * (features + 1), 4 * rows * (2 * features + 4)

# %% mutant: numbers
"""Numbers, not bytes."""

return rows * (features + 1), rows * (3 * features + 4)

# %% edge: of_a_hundred_features
"""The columns by a part of the table that is right for a hundred features only."""

return 4 * rows * features * 101 // 100, 4 * rows * features * 304 // 100

# %% mutant: inverse_forgotten
"""The fused one is thought to keep the normalized values only."""

return 4 * rows * features, 4 * rows * (3 * features + 4)

# %% mutant: one_column_forgotten
"""The variance plus eps, a result like the others, is not counted."""

return 4 * rows * (features + 1), 4 * rows * (3 * features + 3)

# %% mutant: small_ones_forgotten
"""Only tables count, not columns."""

return 4 * rows * features, 12 * rows * features

# %% alternative: array_by_array
"""Array by array, as NumPy counts."""

table = np.empty((rows, features), np.float32).nbytes
column = np.empty((rows, 1), np.float32).nbytes
fused = [table, column]
composed = [column, table, table, column, column, column, table]
return sum(fused), sum(composed)

# %% alternative: in_one
"""Counted row by row."""

return rows * 4 * (features + 1), rows * (features * 12 + 16)
