# %% mutant: numbers
"""Numbers, not bytes."""

return rows * columns, 2 * kept + rows + 1, rank * (rows + columns)

# %% mutant: float64
"""Eight bytes a number."""

old = "dense = 4 * rows * columns"
new = "dense = 8 * rows * columns"

# %% mutant: columns_forgotten
"""Only the values and the beginnings of rows are counted."""

old = "4 * kept + 4 * kept"
new = "4 * kept"

# %% mutant: beginnings_forgotten
"""Only the values and their columns are counted."""

old = "+ 4 * (rows + 1)"
new = ""

# %% mutant: one_beginning_short
"""As many beginnings as rows."""

old = "4 * (rows + 1)"
new = "4 * rows"

# %% mutant: product_of_sizes
"""The rank multiplies the whole matrix."""

old = "rank * (rows + columns)"
new = "rank * rows * columns"

# %% mutant: one_thin_matrix
"""Only one of the two thin matrices."""

old = "rank * (rows + columns)"
new = "rank * rows"

# %% edge: beginnings_for_columns
"""The beginnings are those of columns, twice: right for this size only."""

old = "4 * (rows + 1)"
new = "4 * (2 * columns + 1)"

# %% alternative: as_numpy_counts
"""Empty arrays, and what NumPy says of them."""

dense = np.empty((rows, columns), np.float32).nbytes
parts = np.empty(kept, np.float32), np.empty(kept, np.int32), np.empty(rows + 1, np.int32)
thin = np.empty((rows, rank), np.float32), np.empty((rank, columns), np.float32)
return dense, sum(a.nbytes for a in parts), sum(a.nbytes for a in thin)
