"""Arrays of sizes."""
n, m = np.array(sizes[:-1]), np.array(sizes[1:])
times = np.full(len(n), 3)
times[0] = 2
parameters = int(((n + 1) * m).sum())
return parameters, parameters * 2 * np.dtype("float32").itemsize, int((times * n * m).sum()) * batch
