# %% mutant: always_four_bytes
"""A number is taken to have four bytes."""

old = "return broadcasting * itemsize, product * itemsize"
new = "return broadcasting * 4, product * 4"

# %% mutant: inputs_counted
"""Counts the images and the means as well."""

old = "return broadcasting * itemsize, product * itemsize"
new = """\
given = n * d + k * d
return (broadcasting + given) * itemsize, (product + given) * itemsize"""

# %% mutant: norms_in_full_shape
"""Takes the norms for (n, k) arrays, as if broadcasting made copies."""

old = "product = n * d + k * d + n + k + 4 * n * k"
new = "product = n * d + k * d + 2 * n * k + 4 * n * k"

# %% mutant: numbers_not_bytes
"""Counts numbers instead of bytes."""

old = "return broadcasting * itemsize, product * itemsize"
new = "return broadcasting, product"

# %% mutant: one_array_of_distances
"""Only the result by product is counted, not the three arrays on the way to it."""

old = "product = n * d + k * d + n + k + 4 * n * k"
new = "product = n * d + k * d + n + k + n * k"

# %% mutant: squares_forgotten
"""The squares of the differences are not counted."""

old = "broadcasting = 2 * n * k * d + n * k"
new = "broadcasting = n * k * d + n * k"

# %% alternative: numpy_counts
"""Asks arrays that take up no memory for their sizes."""

zero = np.zeros((), f"V{itemsize}")
large, result = np.broadcast_to(zero, (n, k, d)).nbytes, np.broadcast_to(zero, (n, k)).nbytes
squares = np.broadcast_to(zero, (n + k, d)).nbytes
return 2 * large + result, squares + (n + k) * itemsize + 4 * result

# %% alternative: shape_by_shape
"""Adds up the sizes of a list of shapes."""

shapes = [(n, k, d), (n, k, d), (n, k)]
others = [(n, d), (k, d), (n, 1), (k,)] + [(n, k)] * 4
return tuple(itemsize * sum(math.prod(s) for s in group) for group in (shapes, others))
