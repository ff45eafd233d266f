"""Array by array, as NumPy counts."""
table = np.empty((rows, features), np.float32).nbytes
column = np.empty((rows, 1), np.float32).nbytes
fused = [table, column]
composed = [column, table, table, column, column, column, table]
return sum(fused), sum(composed)
