"""Asks arrays that take up no memory for their sizes."""
zero = np.zeros((), f"V{itemsize}")
large, result = np.broadcast_to(zero, (n, k, d)).nbytes, np.broadcast_to(zero, (n, k)).nbytes
squares = np.broadcast_to(zero, (n + k, d)).nbytes
return 2 * large + result, squares + (n + k) * itemsize + 4 * result
