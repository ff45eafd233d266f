# %% [markdown]
# # 01 · Tensors
#
# A **tensor** is an array of numbers, with any number of dimensions, that remembers how it was
# made. Every deep learning framework is built on it. In this notebook you write the rules at its
# heart, and end up with your own `Tensor`, which has PyTorch's names and reads handwritten digits.
# NumPy stores the numbers and does the arithmetic. You decide the rest: which shapes go together,
# along which dimension a mean runs, what shares memory, what an error says, and how every operation
# passes one gate.
#
# Run the cells from top to bottom. In an exercise, the docstring says exactly what to write; put it
# in place of `# YOUR CODE HERE` and the line below. The cells after it test your answer, and a few
# more tests run when you hand in. Cells marked *given* are ready-made and can stay folded. **If you
# are stuck**, open the folded help above the exercise, one step at a time: *How do I begin?*, then
# *The idea*. When a test fails, *Messages of the tests* holds the hint that the test names.

# %% given: imports
# %% given: notebook-imports
# %% given: tests

# %% [markdown]
# ## 1. Broadcasting
#
# A batch of 32 images of 64 pixels has the shape (32, 64), their mean has the shape (64,), and
# `images - mean` should simply work: the mean is used for every row, without a copy. This is
# **broadcasting**, and its rule looks at shapes alone. Write them *aligned on the right*:
#
# | | | |
# |--------|----|----|
# | images | 32 | 64 |
# | mean | | 64 |
# | result | 32 | 64 |
#
# A missing size counts as 1. Two sizes fit if they are equal or if one of them is 1; a size of 1 is
# stretched to match the other. Anything else is an error, which should name the sizes.
#
# **Exercise 1 · easy · 10 minutes.** Fill in `broadcast_shape`.


# %% nbgrader={"grade_id": "broadcast-shape", "solution": true}
#| export
def broadcast_shape(a: tuple, b: tuple) -> tuple:
    """The shape of `x + y` for `x` of shape `a` and `y` of shape `b`.

    Shapes are aligned at their last dimension; a missing dimension counts as 1; two sizes fit if
    they are equal or one of them is 1, and then the other one wins (even if it is 0).
    Raises: ValueError naming both shapes and the two sizes that do not fit.
    Source: https://numpy.org/doc/stable/user/basics.broadcasting.html
    """
    # About seven lines.
    ### BEGIN SOLUTION
    ndim = max(len(a), len(b))
    sizes = []
    for m, n in zip((1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b, strict=True):
        if m != n and m != 1 and n != 1:
            raise ValueError(f"shapes {a} and {b} do not broadcast: {m} against {n}")
        sizes.append(n if m == 1 else m)
    return tuple(sizes)
    ### END SOLUTION


# %% nbgrader={"grade_id": "broadcast-shape-test", "grade": true, "points": 2}
# Shapes that fit: either one longer, sizes of 1 in either, no dimensions, a size of 0.
pairs = [((32, 64), (64,)), ((64,), (32, 64)), ((3, 1), (1, 4)), ((2, 5, 1), (5, 7)), ((), (2, 3))]
shapes = [(32, 64), (32, 64), (3, 4), (2, 5, 7), (2, 3)]
for (a, b), shape in zip(pairs, shapes, strict=True):
    equal(broadcast_shape(a, b), shape, f"broadcast_shape({a}, {b})", suspects=misread(shape))
wrong = {"the larger size won, not the one that is not 1": (3, 1)}
equal(broadcast_shape((3, 1), (0,)), (3, 0), "broadcast_shape((3, 1), (0,))", suspects=wrong)

# %% nbgrader={"grade_id": "broadcast-shape-test-2", "grade": true, "points": 1}
# Sizes that do not fit are an error that names both shapes, and the two sizes by themselves.
for a, b, m, n in [((2,), (3,), 2, 3), ((7, 2, 5), (3, 5), 2, 3), ((4, 5), (3, 2, 5), 4, 2)]:
    refuses(a, b, m, n)

# %% nbgrader={"grade_id": "broadcast-shape-hidden", "grade": true, "points": 1}
# Also graded: other shapes, more dimensions, other sizes of 0.
### BEGIN HIDDEN TESTS
pairs = [((), ()), ((0, 3), (1, 1)), ((1, 6), (2, 1, 5, 1, 1)), ((4, 1, 3), (8, 1))]
for (a, b), shape in zip(pairs, [(), (0, 3), (2, 1, 5, 1, 6), (4, 8, 3)], strict=True):
    equal(broadcast_shape(a, b), shape, f"broadcast_shape({a}, {b})")
for a, b, m, n in [((0,), (3,), 0, 3), ((6, 4, 2), (5, 1, 1), 6, 5)]:
    refuses(a, b, m, n)
### END HIDDEN TESTS

# %% [markdown]
# This rule is almost enough to read handwriting. Take the mean image of each class of digits, from
# 0 to 9, and read an image as the class whose mean is *nearest*: the squared differences of all
# pixels, added up, are smallest. To compare 360 images with 10 means at once, give the images a
# dimension of size 1 where the means have 10. Your rule tells which shape results.

# %% given: first-digits

# %%
images, labels = data.test_images, data.test_labels  # (360, 8, 8), (360,)
classes = [data.train_images[data.train_labels == digit] for digit in range(10)]
mean_images = np.stack([members.mean(axis=0) for members in classes])  # (10, 8, 8)
differences = images[:, None] - mean_images  # (360, 1, 8, 8) - (10, 8, 8)
assert differences.shape == broadcast_shape((360, 1, 8, 8), (10, 8, 8)) == (360, 10, 8, 8)
nearest = (differences**2).sum(axis=(2, 3)).argmin(axis=1)  # (360,)
print(f"{(nearest == labels).mean():.1%} of {len(labels)} new digits are read correctly")
assert (nearest == labels).mean() > 0.9
draw_nearest(images[10:20], mean_images, nearest[10:20], labels[10:20])

# %% [markdown]
# The top row shows ten test digits, which went into none of the means; below each is the mean it is
# nearest to. About nine in ten are read correctly. So far only the rule for shapes is yours, and
# the rest is NumPy's. At the end you read the same digits with a tensor of your own.
#
# ## 2. Sums and means
#
# A sum *along a dimension*, a **reduction**, makes that dimension disappear: from images of shape
# (32, 64), a sum along 0 has the shape (64,), one number per pixel, and a sum along 1 has (32,),
# one per image. With `keepdim` the dimension stays, with size 1, so that the result broadcasts
# against what it came from. A mean divides by how many values went into each sum. `dims_of`, which
# is given, turns every way of naming dimensions into a tuple of numbers from 0 up.
#
# **Exercise 2 · easy · 15 minutes.** Fill in `reduce_forward`.


# %% nbgrader={"grade_id": "sum-and-mean", "solution": true}
#| export
def reduce_forward(x: np.ndarray, dim=None, keepdim: bool = False, mean: bool = False):
    """The sum of `x` along `dim` or, if `mean`, the mean.

    dim: None for all dimensions, an int or a tuple of ints, negative ones counted from the end.
    keepdim: leave each reduced dimension in place with size 1.
    Shapes: (2, 3) -> (3,) for dim=0, (2, 1) for dim=1 with keepdim, () for dim=None.
    The result has the dtype of `x`; the sum of integers (of any kind) and booleans is int64.
    Raises: RuntimeError for the mean of integers; IndexError for a dim that is not there.
    """
    is_float = x.dtype.kind == "f"
    if mean and not is_float:
        raise RuntimeError(f"the mean of {x.dtype} values: turn them into floats with .float()")
    dims = dims_of(x.ndim, dim)
    # About five lines.
    ### BEGIN SOLUTION
    dtype = None if is_float else np.int64
    total = np.add.reduce(x, axis=dims, keepdims=keepdim, dtype=dtype)
    if not mean:
        return total
    return total / x.dtype.type(math.prod(x.shape[d] for d in dims))
    ### END SOLUTION


# %% nbgrader={"grade_id": "sum-and-mean-test", "grade": true, "points": 3}
# Sums and means along one dimension, several and all, with keepdim and without.
table, cube = np.array([[1.0, 2, 3], [4, 5, 6]]), np.arange(24.0).reshape(2, 3, 4)
close(reduce_forward(table), 21, "the sum of all six numbers")
close(reduce_forward(table, dim=0), [5.0, 7, 9], "the sum along dim 0", suspects=SUMS)
close(reduce_forward(table, dim=-1), [6.0, 15], "the sum along dim -1")
sums, what = reduce_forward(table, dim=1, keepdim=True), "the sum along dim 1, with keepdim"
close(sums, [[6.0], [15]], what, suspects={"keepdim was ignored": [6, 15]})
close(reduce_forward(cube, dim=(1, 2)), [66.0, 210], "the sum along dims (1, 2) of a (2, 3, 4)")
close(reduce_forward(table, dim=1, mean=True), [2.0, 5], "the mean along dim 1", suspects=MEANS)
means, wrong = reduce_forward(cube, dim=(1, 2), mean=True), {"divided by one size only": [22, 70]}
close(means, [5.5, 17.5], "the mean along dims (1, 2) of a (2, 3, 4)", suspects=wrong)
close(reduce_forward(table, keepdim=True, mean=True), [[3.5]], "the mean of all, with keepdim")

# %% nbgrader={"grade_id": "sum-and-mean-test-2", "grade": true, "points": 1}
# Floats keep their dtype; sums of booleans and integers are int64; no mean of integers.
small = np.array([[1.5, 2.5]], dtype=np.float32)
close(reduce_forward(small, dim=1), [4.0], "the sum of float32 values", dtype="float32")
close(reduce_forward(small, dim=1, mean=True), [2], "the mean of float32 values", dtype="float32")
for dtype, values, total in [("bool", [1, 1, 0], 2), ("uint8", [200, 99], 299), ("int32", [5], 5)]:
    close(reduce_forward(np.array(values, dtype)), total, f"the sum of {dtype}s", dtype="int64")
with raises(RuntimeError, "int32", "the mean of int32 values"):
    reduce_forward(np.array([1, 2], np.int32), mean=True)

# %% nbgrader={"grade_id": "sum-and-mean-hidden", "grade": true, "points": 1}
# Also graded: dims that are not neighbours, in any order; large integers; sums of nothing.
### BEGIN HIDDEN TESTS
cube = np.arange(24.0).reshape(2, 3, 4)
means, hint = reduce_forward(cube, (0, 2), mean=True), "8 values went into each of these sums"
close(means, [7.5, 11.5, 15.5], "the mean along dims (0, 2) of a (2, 3, 4)", hint=hint)
sums = reduce_forward(cube, dim=(-1, 0), keepdim=True)
close(sums, [[[60.0], [92], [124]]], "the sum along dims (-1, 0) with keepdim")
close(reduce_forward(np.zeros((0, 3)), dim=0), [0, 0, 0], "the sum along dim 0 of a (0, 3)")
close(reduce_forward(np.array([2**31 - 1, 1], np.int32)), 2**31, "the sum of two large int32")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Matrix products
#
# A network spends nearly all of its time in the **matrix product**
#
# $$C_{ij} = \sum_k A_{ik} B_{kj} \qquad (m, k) \cdot (k, n) \to (m, n)$$
#
# NumPy's `@` computes it, also for stacks of matrices: only the last two dimensions are rows and
# columns, and those before them broadcast. What people trip over is the inner size, k, so the error
# message is your part: one line that names the two numbers that disagree saves an evening.
#
# **Exercise 3 · medium · 20 minutes.** Fill in `matmul_forward`.


# %% nbgrader={"grade_id": "matmul", "solution": true}
#| export
def matmul_forward(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The matrix product of `a` and `b`, as `torch.matmul`.

    Shapes: (m, k) @ (k, n) -> (m, n); (..., m, k) @ (..., k, n) -> (..., m, n) with the leading
    dimensions broadcast; a 1-D `a` is a row and a 1-D `b` a column that leave no dimension behind.
    Raises: ValueError "the inner sizes differ: 3 columns against 4 rows" with those sizes;
    ValueError "both inputs need at least 1 dimension, not 0 and 2" if one has none.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.matmul.html
    """
    # About six lines.
    ### BEGIN SOLUTION
    if a.ndim == 0 or b.ndim == 0:
        raise ValueError(f"both inputs need at least 1 dimension, not {a.ndim} and {b.ndim}")
    inner = b.shape[0] if b.ndim == 1 else b.shape[-2]
    if a.shape[-1] != inner:
        raise ValueError(f"the inner sizes differ: {a.shape[-1]} columns against {inner} rows")
    if a.ndim > 2 and b.ndim == 2 and a.size:  # one large product is faster than many small ones
        # (rows of all matrices, k) @ (k, n)
        return (a.reshape(-1, inner) @ b).reshape(*a.shape[:-1], b.shape[1])
    return a @ b
    ### END SOLUTION


# %% nbgrader={"grade_id": "matmul-test", "grade": true, "points": 2}
# Products of matrices, of vectors on either side, and of stacks of matrices.
a, b = np.array([[1.0, 2], [3, 4]]), np.array([[0.0, 1], [1, 0]])
close(matmul_forward(a, b), [[2.0, 1], [4, 3]], "a (2, 2) times a (2, 2)", suspects=PRODUCTS)
close(matmul_forward(a, np.array([1.0, 10])), [21.0, 43], "a (2, 2) times a (2,)")
close(matmul_forward(np.array([1.0, 10]), a), [31.0, 42], "a (2,) times a (2, 2)")
close(matmul_forward(np.array([1.0, 2]), np.array([3.0, 4])), 11, "a (2,) times a (2,)")
left, right = np.arange(30.0).reshape(5, 2, 3), np.arange(60.0).reshape(5, 3, 4)
each = [left[i] @ right[i] for i in range(5)]
wrong = {"every matrix was multiplied by every other, as np.dot does": np.dot(left, right)}
close(matmul_forward(left, right), each, "a (5, 2, 3) times a (5, 3, 4)", suspects=wrong)
close(matmul_forward(left, right[0])[4], left[4] @ right[0], "a (5, 2, 3) times a (3, 4)")

# %% nbgrader={"grade_id": "matmul-test-2", "grade": true, "points": 2}
# Inputs that have no product: the error says which sizes differ, or which input has no dimension.
pairs = [((2, 3), (4, 5)), ((2, 3), (5, 2, 3)), ((4, 2), (3,)), ((2, 2), ()), ((), (2,))]
inner = ["3 columns against 4 rows", "3 columns against 2 rows", "2 columns against 3 rows"]
errors = [*inner, "at least 1 dimension, not 2 and 0", "at least 1 dimension, not 0 and 1"]
for (a, b), words in zip(pairs, errors, strict=True):
    with raises(ValueError, words, f"the error of a {a} times a {b}"):
        matmul_forward(np.ones(a), np.ones(b))

# %% nbgrader={"grade_id": "matmul-hidden", "grade": true, "points": 1}
# Also graded: leading dimensions that broadcast, a stack and a vector, sizes of 0.
### BEGIN HIDDEN TESTS
a, b, row = np.arange(30.0).reshape(5, 2, 3), np.arange(60.0).reshape(5, 3, 4), np.eye(3)[0]
pairs = [(a[:1], b), (a[0], b), (a, row), (row, b), (np.ones((4, 1, 2, 3)), b)]
for x, y in [*pairs, (np.ones((2, 0)), np.ones((0, 3))), (a[:, :0], b[0])]:
    close(matmul_forward(x, y), x @ y, f"a {x.shape} times a {y.shape}")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Views
#
# Memory is one long row of numbers. An array is a **view** of it: a shape, and for each dimension a
# **stride**, how many bytes to step to reach the next number in that direction. A (2, 3) array of
# 8-byte floats has the strides (24, 8). Swap the two sizes **and** the two strides, and you have
# the **transpose**, without moving a single number: this is why it costs the same for a thousand
# numbers and for a billion, and why writing into it changes the original. NumPy's `x.swapaxes` does
# just that, and you write it: `np.lib.stride_tricks.as_strided(x, shape, strides)` makes a view of
# the memory of `x` with a shape and strides of your choice. It believes whatever you tell it.
#
# **Exercise 4 · medium · 20 minutes.** Fill in `transpose_forward`.


# %% nbgrader={"grade_id": "transpose", "solution": true}
#| export
def transpose_forward(x: np.ndarray, dim0: int, dim1: int) -> np.ndarray:
    """A view of `x` with two dimensions swapped: the same memory, read in another order.

    Shapes: (2, 3, 5) -> (5, 3, 2) for dims 0 and 2. Negative dims count from the end.
    By sizes and strides alone: `swapaxes`, `transpose` and `.T` of NumPy are not called.
    Raises: IndexError for a dim that is not there.
    Source: https://numpy.org/doc/stable/reference/arrays.ndarray.html#internal-memory-layout
    """
    dims = dims_of(x.ndim, dim0) + dims_of(x.ndim, dim1)
    if not dims:
        return x  # a single number has no dimensions to swap
    dim0, dim1 = dims
    shape, strides = list(x.shape), list(x.strides)
    # About three lines.
    ### BEGIN SOLUTION
    shape[dim0], shape[dim1] = shape[dim1], shape[dim0]
    strides[dim0], strides[dim1] = strides[dim1], strides[dim0]
    return np.lib.stride_tricks.as_strided(x, shape, strides)
    ### END SOLUTION


# %% nbgrader={"grade_id": "transpose-test", "grade": true, "points": 2}
# The numbers in their new order: a table, and a stack of tables by dims of either sign.
x = np.arange(1.0, 10)[:6].reshape(2, 3)  # in memory, 7, 8 and 9 come next
what = "the transpose of a (2, 3)"
close(transpose_forward(x, 0, 1), [[1.0, 4], [2, 5], [3, 6]], what, suspects=TRANSPOSES)
x = np.arange(24.0).reshape(2, 3, 4)
first, last = np.stack([x[:, 0], x[:, 1], x[:, 2]]), np.stack([x[0].T, x[1].T])
wrong = {"all dimensions were reversed": x.T}
close(transpose_forward(x, 0, 1), first, "dims 0 and 1 of a (2, 3, 4) swapped", suspects=wrong)
close(transpose_forward(x, -1, -2), last, "dims -1 and -2 of a (2, 3, 4) swapped", suspects=wrong)

# %% nbgrader={"grade_id": "transpose-test-2", "grade": true, "points": 1}
# No number is copied, and the view is made from sizes and strides, not by NumPy's transposes.
x = np.arange(9.0)[:6].reshape(2, 3)
swapped, what = transpose_forward(x, 0, 1), "whether x and its transpose share memory"
equal(np.shares_memory(swapped, x), True, what, hint="make a view: no copy, no reshape")
x[0, 2] = 50
close(swapped[2], [50.0, 5], "row 2 of the transpose, after x[0, 2] = 50")
equal(transposes_in(transpose_forward), [], "which of NumPy's transposes were called")

# %% nbgrader={"grade_id": "transpose-hidden", "grade": true, "points": 2}
# Also graded: the view of a view, a dim swapped with itself, sizes of 0.
### BEGIN HIDDEN TESTS
x = np.arange(24.0).reshape(2, 3, 4)
close(transpose_forward(x, 1, 1), x, "a dimension swapped with itself")
swapped = transpose_forward(x[0, ::2, ::-2], 0, 1)
close(swapped, [[3, 11], [1, 9]], "the transpose of a view that skips numbers")
equal(np.shares_memory(swapped, x), True, "whether x shares memory with a transpose of its view")
equal(transpose_forward(x[:0], 0, 1).shape, (3, 0, 4), "the shape for a (0, 3, 4)")
### END HIDDEN TESTS

# %% [markdown]
# Three ways to read the same six numbers. Below each table is the memory, and two arrows from the
# first number: red to where the next row begins, blue to the next column. The transpose takes one
# step for a row and three for a column. A **reshape** to the same (3, 2) walks straight ahead, and
# is something else: it keeps the order of the numbers and only changes where the lines break.

# %% given: strides

# %%
table = np.arange(1, 7).reshape(2, 3)
transposed, reshaped = transpose_forward(table, 0, 1), table.reshape(3, 2)
draw_strides({"table": table, "transposed": transposed, "reshaped": reshaped})

# %% [markdown]
# ## 5. Indexing
#
# Indexing with integers and slices makes views. Indexing with *arrays of integers*, or **advanced
# indexing**, collects values from anywhere into new memory: `x[rows, columns]` pairs the two
# arrays up (they broadcast) and picks one value per pair. Soon you will want the score of the right
# class in every row of a table of scores; `gather` is that, in any number of dimensions.
#
# **Exercise 5 · medium · 20 minutes.** Fill in `gather_forward`.


# %% nbgrader={"grade_id": "indexing", "solution": true}
#| export
def gather_forward(x: np.ndarray, dim: int, index: np.ndarray) -> np.ndarray:
    """Pick values of `x` along `dim`, as `torch.gather`.

    For two dimensions: out[i, j] = x[i, index[i, j]] for dim=1, x[index[i, j], j] for dim=0.
    In general, out[place] = x[place], with the number at `dim` of place replaced by index[place].
    Negative dims count from the end.
    Shapes: x (m, n), index int64 (p, q) -> (p, q), with p <= m for dim=1 and q <= n for dim=0.
    Raises: IndexError for an index that is too large, as NumPy does.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.gather.html
    """
    # About three lines.
    ### BEGIN SOLUTION
    places = list(np.indices(index.shape, sparse=True))
    places[dim] = index  # (p, q); in two dimensions the other one is (p, 1) or (1, q)
    return x[tuple(places)]
    ### END SOLUTION


# %% nbgrader={"grade_id": "indexing-test", "grade": true, "points": 2}
# Values picked from each row and from each column, by dims of either sign.
x = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.4]])
rows, columns = np.array([[1], [0]]), np.array([[1, 0, 0], [0, 0, 1]])
close(gather_forward(x, 1, rows), [[0.7], [0.5]], "the largest of each row", suspects=ROWS)
close(gather_forward(x, -1, rows), [[0.7], [0.5]], "the largest of each row, by dim -1")
two = gather_forward(x, 1, np.array([[2, 0], [1, 1]]))
close(two, [[0.2, 0.1], [0.3, 0.3]], "two values of each row")
wrong = {"picked along dim 1": [[0.7, 0.1, 0.1], [0.5, 0.5, 0.3]]}
picked = [[0.5, 0.7, 0.2], [0.1, 0.7, 0.4]]
close(gather_forward(x, 0, columns), picked, "two values of each column, by dim 0", suspects=wrong)

# %% nbgrader={"grade_id": "indexing-test-2", "grade": true, "points": 1}
# An index with fewer rows than x, three dimensions, and an index that is too large.
x, solid = np.arange(12.0).reshape(3, 4), np.arange(24.0).reshape(2, 3, 4)
first = gather_forward(x, 1, np.array([[3, 3, 0, 0, 1]]))
close(first, [[3.0, 3, 0, 0, 1]], "five values of the first of three rows")
picked = gather_forward(solid, 2, np.array([[[3], [0], [1]], [[0], [2], [2]]]))
close(picked, [[[3.0], [4], [9]], [[12], [18], [22]]], "gather along dim 2 of a (2, 3, 4)")
with raises(IndexError, "3", "the error for an index of 3 where there are 3 rows"):
    gather_forward(x, 0, np.array([[3, 0, 0, 0]]))

# %% nbgrader={"grade_id": "indexing-hidden", "grade": true, "points": 2}
# Also graded: other negative dims, fewer columns than x has, the middle one of three dimensions.
### BEGIN HIDDEN TESTS
x, solid = np.arange(12.0).reshape(3, 4), np.arange(24.0).reshape(2, 3, 4)
close(gather_forward(x, -2, np.array([[2, 1]])), [[8.0, 5]], "dim -2, two columns of four")
for dim in (1, -2):
    picked = gather_forward(solid, dim, np.array([[[2, 0, 0, 1]], [[1, 1, 2, 0]]]))
    close(picked, [[[8.0, 1, 2, 7]], [[16, 17, 22, 15]]], f"gather along dim {dim} of a (2, 3, 4)")
### END HIDDEN TESTS

# %% [markdown]
# View or copy? Guess each of the seven before you run the cell.

# %%
x = np.arange(12.0).reshape(3, 4)
for part in (x[0], x[:, 1:3], x[::2, ::-1], x[[0]], x[x > 5], x.T, x.T.reshape(-1)):
    print("view" if np.shares_memory(x, part) else "copy")

# %% [markdown]
# ## 6. The gate
#
# Every operation of the framework is an `Op`, a **primitive**: a name and a *forward rule* on
# arrays, like the ones you just wrote. Calling it is the one **gate** between tensors and NumPy;
# PyTorch calls this step **dispatch**. The gate
#
# 1. takes the arrays out of the tensors (`x.array`),
# 2. runs the rule,
# 3. wraps the result in a `Tensor`,
# 4. puts a *receipt* on it, if gradients will be wanted.
#
# The receipt is `out.grad_fn`: it says which operation made the tensor, from which inputs. It is a
# **node** of the **computational graph**, hence its class, `Node`. Following receipts back from a
# **loss**, the number that says how wrong a model is, module 02 finds the **gradient**: for every
# number that led to the loss, how much the loss grows if that number grows a little. Receipts cost
# memory, so you have to ask for them, with `requires_grad=True`: what is computed from such a
# tensor requires gradients too. `grad_mode.enabled` switches receipts off altogether.
#
# The next cell is given. It holds `Op`, `Node`, `grad_mode`, and what the gate calls: `constant`
# lets plain numbers in, `narrowed` keeps float32 from growing into float64, `refusal` words the
# error when a rule says no, and `next_serial()` counts up. `op_hooks` lists **hooks**: functions
# that are called at every operation, for a profiler, say. `@patch` adds a function to the class
# that its first argument names: here the method that runs when an `Op` is called.
#
# **Exercise 6 · hard · 40 minutes.** Fill in `Op.__call__`. Its tests come a little later: the gate
# makes tensors, and tensors need the gate, so you first run the given half of this circle.


# %% given: gate
# %% nbgrader={"grade_id": "gate", "solution": true}
#| export
@patch
def __call__(self: Op, *inputs, **params) -> "Tensor":
    """The gate: compute on the arrays of `inputs`, wrap the result, leave a receipt.

    inputs: tensors; anything else goes through `constant`. params: passed on to the rule.
    A rule returns its result, and then `saved` is that result; or it returns a tuple of two, its
    result and what it wants saved.
    The result becomes an array, and goes through `narrowed(result, arrays, params)`. Nothing is
    copied: where `self.view`, the result shares memory with its input, a single number too.
    While `grad_mode.enabled`, if any input is a tensor that requires gradients: the result requires
    them too, and its `grad_fn` is Node(next_serial(), self, inputs, params, arrays, saved).
    Raises: the `refusal` of a ValueError or IndexError that the rule raises.
    """
    forward = partial(run_with_hooks, "forward", self, self.forward) if op_hooks else self.forward
    # About fifteen lines; call `forward`, not self.forward, so that hooks see it.
    ### BEGIN SOLUTION
    arrays, wanted = [], False
    for x in inputs:
        if isinstance(x, Tensor):
            # NumPy is several times faster on its scalars than on 0-d arrays.
            arrays.append(x.array if x.array.ndim or self.view else x.array[()])
            if x._requires_grad:
                wanted = True
        else:
            arrays.append(x if type(x) is float else constant(x))
    try:
        result = saved = forward(*arrays, **params) if params else forward(*arrays)
    except (IndexError, ValueError) as error:
        raise refusal(self.name, arrays, error) from error
    if type(result) is tuple:
        result, saved = result
    if type(result) is not ndarray:  # a scalar
        result = np.asarray(result)
    if result.dtype is not float32:
        result = narrowed(result, arrays, params)
    out = Tensor(result)
    if wanted and grad_mode.enabled:
        out._requires_grad = True  # the slot: the property would check what is sure here
        out.grad_fn = Node(next_serial(), self, inputs, params, arrays, saved)
    return out
    ### END SOLUTION


# %% [markdown]
# Given: the 32 operations (some are plain NumPy functions, some are rules you wrote), helpers of
# the class, and `class Tensor` itself. Unfold that one, the third, and read it like a table of
# contents: almost every method is a line that calls an operation, in groups: what a tensor is,
# arithmetic, reductions, shapes, picking and writing, types, gradients. Everything you wrote now
# works with a dot and with `+`, `*`, `@`, `[...]`. `x.array` is the NumPy array (`x.data` is a
# tensor on the same memory, as in PyTorch). Last comes how tensors are made: you call
# `tensor(...)`, `zeros` or `randn`, never `Tensor(...)`.

# %% given: primitives
# %% given: methods
# %% given: tensor
# %% given: memory
# %% given: making

# %% nbgrader={"grade_id": "gate-test", "grade": true, "points": 2}
# Results are tensors with the right values and dtypes, of tensors, numbers and parameters.
plus, x, y = Op("plus", np.add), floats(1, 2), floats(10, 20)
out = plus(x, y)
true(isinstance(out, Tensor), "what the gate returns", expected="a Tensor", got=type(out).__name__)
close(out, [11, 22], "plus([1, 2], [10, 20])")
close(plus(x, 2.5), [3.5, 4.5], "plus([1, 2], 2.5)", dtype="float32")
times = Op("times", lambda a, b, power=1: ((a * b) ** power, "kept"))
close(times(x, y, power=2), [100, 1600], "([1, 2] * [10, 20]) ** 2, by a rule with a parameter")
total = Op("total", np.sum)(x).array
equal(type(total).__name__, "ndarray", "the type of the array of a single number")
ratio = Op("ratio", np.divide)(Tensor(np.array([1, 2])), 2)
close(ratio, [0.5, 1], "[1, 2] / 2 of integers", dtype="float32")
close(plus(Tensor(np.array([0.5, 1])), 1), [1.5, 2], "a float64 tensor plus 1", dtype="float64")
number = Tensor(np.array(3.0, "float32"))
same = Op("same", lambda a: np.asarray(a)[...], view=True)(number)
what = "whether a view of a single number shares its memory"
equal(np.shares_memory(same.array, number.array), True, what)

# %% nbgrader={"grade_id": "gate-test-2", "grade": true, "points": 2}
# A receipt is there where a gradient is wanted, and only there; it holds what module 02 needs.
times = Op("times", lambda a, b, power=1: ((a * b) ** power, "kept"))
plus, x, w = Op("plus", np.add), floats(1, 2), floats(3, 4, requires_grad=True)
none = {"expected": "None", "got": "a receipt"}
true(plus(x, x).grad_fn is None, "the grad_fn if nothing requires gradients", **none)
for out, which in [(plus(w, x), "first"), (plus(x, w), "second"), (plus(w, w), "either")]:
    what = f"if the {which} input requires gradients"
    equal(out.requires_grad, True, f"requires_grad of the result {what}")
    equal(type(out.grad_fn).__name__, "Node", f"the type of the grad_fn {what}")
slip = times(w, x, power=2).grad_fn
true(slip.op is times, "the op on the receipt", expected="the Op that was called")
first, what = slip.inputs[0], "the first input on the receipt"
true(first is w, what, expected="the tensor itself", got=type(first).__name__)
close(slip.arrays[1], [1, 2], "the second of the arrays on the receipt")
equal(type(slip.arrays[1]).__name__, "ndarray", "the type of the arrays on the receipt")
equal(slip.params, {"power": 2}, "the parameters on the receipt")
equal(slip.saved, "kept", "what is saved if the rule says so", hint="a rule may return a tuple")
saved, what = plus(w, 1.0).grad_fn.saved, "what is saved if the rule does not say"
close(saved, [4, 5], what)
equal(type(saved).__name__, "ndarray", f"the type of {what}")
off = unrecorded(plus, x, w)
true(off.grad_fn is None, "the grad_fn while grad_mode.enabled is False", **none)
equal(off.requires_grad, False, "requires_grad of a result while grad_mode.enabled is False")

# %% nbgrader={"grade_id": "gate-test-3", "grade": true, "points": 2}
# Errors name the operation and the shapes, and hooks see each call.
plus, x = Op("plus", np.add), floats(1, 2)
with raises(RuntimeError, ("plus got inputs of shape", "2", "3"), "the error of (2,) + (3,)"):
    plus(x, floats(1, 1, 1))
with raises(IndexError, "pick got inputs of shape", "the error of an index out of range"):
    Op("pick", lambda a, place: a[place])(x, place=7)
with raises(TypeError, "list", "the error of a list as an input", hint="constant refuses it"):
    plus(x, [1.0, 2.0])
seen = [name for name, _ in operations(plus, x, x)]
equal(seen, ["plus"], "the operations that a hook saw", hint="call `forward`, not self.forward")

# %% nbgrader={"grade_id": "gate-hidden", "grade": true, "points": 2}
# Also graded: three inputs, numbers on receipts, the order of receipts.
### BEGIN HIDDEN TESTS
total = Op("total", lambda a, b, c, scale=1: (scale * (a + b + c), (a, b)))
plus, x, w = Op("plus", np.add), floats(1, 2), floats(3, 4, requires_grad=True)
for inputs in [(w, x, x), (x, w, x), (x, x, w)]:
    out = total(*inputs, scale=2)
    close(out, [10, 16], "a sum of three, doubled")
    equal(out.requires_grad, True, "requires_grad of the result if only one of three inputs does")
first, second = total(x, w, 2.0).grad_fn, plus(1.0, w).grad_fn
close(first.saved[0], [1, 2], "the first of two arrays that a rule wants saved")
equal(first.arrays[2], 2.0, "a number on the receipt, among the arrays")
true(second.serial > first.serial, "a later receipt has a larger serial")
### END HIDDEN TESTS

# %% [markdown]
# This is what you have now. Every line goes through your gate and your rules. The last ones show an
# error: `refusal` names the operation and the shapes, and your `broadcast_shape` says why.

# %%
x = tensor([[1.0, 2.0], [3.0, 4.0]])
assert (x * 10 + tensor([1.0, 2.0])).tolist() == [[11, 22], [31, 42]]
x.T[0, 1] = 30.0  # a view: x changes too
assert x[1, 0].item() == 30
loss = (x @ ones(2, requires_grad=True)).sum()
print(loss, "was made by", loss.grad_fn.op, "from what", loss.grad_fn.inputs[0].grad_fn.op, "made")
try:
    ones(2, 3) + ones(4, 5)
except RuntimeError as error:
    print(error)

# %% [markdown]
# ## 7. A method of your own
#
# Most methods need no new operation: they call the methods there are, and get shapes, errors and
# receipts for free. One is missing from the class above: `flatten`, which turns images of 8 x 8
# into rows of 64 pixels. You have `self.reshape(...)`, `dims_of` for the dims, and `math.prod`.
#
# **Exercise 7 · medium · 15 minutes.** Fill in `Tensor.flatten`.


# %% nbgrader={"grade_id": "flatten", "solution": true}
#| export
@patch
def flatten(self: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The dimensions from `start_dim` to `end_dim`, both included, made into one.

    Shapes: (2, 3, 4) -> (24,), or (2, 12) for start_dim=1, or (6, 4) for end_dim=1; () -> (1,).
    A view where memory allows it. Negative dims count from the end.
    Raises: RuntimeError naming both if the start comes after the end, IndexError for a dim that is
    not there.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.flatten.html
    """
    # About six lines.
    ### BEGIN SOLUTION
    if not self.ndim:
        return self.reshape(1)
    start, end = dims_of(self.ndim, start_dim)[0], dims_of(self.ndim, end_dim)[0] + 1
    if end <= start:
        raise RuntimeError(f"flatten got start_dim {start_dim} after end_dim {end_dim}")
    middle = math.prod(self.shape[start:end])
    return self.reshape(*self.shape[:start], middle, *self.shape[end:])
    ### END SOLUTION


# %% nbgrader={"grade_id": "flatten-test", "grade": true, "points": 2}
# All dimensions joined, or those from a start to an end, either way; a single number, and none.
x = arange(24.0).reshape(2, 3, 4)
shapes = {(): (24,), (1,): (2, 12), (0, 1): (6, 4), (-2,): (2, 12), (0, -2): (6, 4)}
for dims, shape in shapes.items():
    out, what = x.flatten(*dims), f"x.flatten{dims} of a (2, 3, 4)"
    equal(tuple(out.shape), shape, f"the shape of {what}", suspects={"all were joined": (24,)})
    close(out, np.arange(24.0).reshape(shape), what)
close(tensor(5.0).flatten(), [5.0], "a single number, flattened")
equal(tuple(zeros(0, 2, 3).flatten(1).shape), (0, 6), "the shape of zeros(0, 2, 3).flatten(1)")

# %% nbgrader={"grade_id": "flatten-test-2", "grade": true, "points": 1}
# It is a view, gradients pass it, and its errors name the dims.
x = ones(2, 3, 4, requires_grad=True)
out = x.flatten(1)
equal(np.shares_memory(out.array, x.array), True, "whether x.flatten(1) shares the memory of x")
equal(type(out.grad_fn).__name__, "Node", "the type of the grad_fn of x.flatten(1)")
with raises(RuntimeError, ("2", "1"), "the error of x.flatten(2, 1)"):
    x.flatten(2, 1)
for dims in [(3,), (0, 3)]:
    with raises(IndexError, "3", f"the error of x.flatten{dims} of a (2, 3, 4)"):
        x.flatten(*dims)

# %% nbgrader={"grade_id": "flatten-hidden", "grade": true, "points": 1}
# Also graded: other shapes, other sizes of 0, a transpose, errors with negative dims.
### BEGIN HIDDEN TESTS
close(zeros(5, 1, 2, 3).flatten(1, 2), np.zeros((5, 2, 3)), "zeros(5, 1, 2, 3).flatten(1, 2)")
close(zeros(0, 3, 4).flatten(1), np.zeros((0, 12)), "zeros(0, 3, 4).flatten(1)")
close(arange(6.0).reshape(2, 3).T.flatten(), [0, 3, 1, 4, 2, 5], "a transpose, flattened")
with raises(RuntimeError, ("-1", "-3"), "the error of flatten(-1, -3)"):
    zeros(2, 3, 4).flatten(-1, -3)
### END HIDDEN TESTS

# %% [markdown]
# ## 8. Memory: predict, then measure
#
# How far is each of $n$ images from each of $k$ class means, of $d$ pixels? In section 1 the
# distances were squares of differences, of shape (n, k, d), added up. Another way is one product:
#
# $$\lVert x - m \rVert^2 = \lVert x \rVert^2 - 2\, x \cdot m + \lVert m \rVert^2$$
#
# Both are correct, but one of them does not fit into memory when it matters. You can know which
# without running either: every operation makes one new array, whose shape you can tell, unless it
# makes a view, which costs nothing; and receipts will keep these arrays. For 500 images, 10 means
# and 784 pixels, how many numbers do the new arrays hold, one way and the other? Count, then put
# the ratio into `guess`; the figure below measures it. The formula has a trap: if an image *is* a
# mean, two large, nearly equal numbers are subtracted, and rounding may leave -0.0001, though no
# distance is negative. This is **catastrophic cancellation**.
#
# **Exercise 8 · medium · 25 minutes.** Decide, then fill in `squared_distances`, one more method.


# %%
guess = 1.0  # how many times as many numbers broadcasting makes, for n=500, k=10, d=784


# %% nbgrader={"grade_id": "distances", "solution": true}
@patch
def squared_distances(self: Tensor, other: Tensor) -> Tensor:
    """The squared distance of each row of `self` to each row of `other`.

    Shapes: (n, d), other (k, d) -> (n, k). The dtype stays, gradients pass.
    No distance is below 0, not even by rounding.
    For n, k and d of 10 or more, all new arrays together hold fewer than n * k * d numbers.
    """
    # About three lines.
    ### BEGIN SOLUTION
    squares = (self * self).sum(dim=1, keepdim=True)  # (n, 1)
    others = (other * other).sum(dim=1)  # (k,)
    return (squares - 2 * (self @ other.T) + others).clamp(min=0)  # (n, k)
    ### END SOLUTION


# %% nbgrader={"grade_id": "distances-test", "grade": true, "points": 2}
# Distances worked out by hand, none below 0, in the dtype of the input, with a receipt.
x, m = tensor([[0.0, 0], [3, 4]]), tensor([[0.0, 0], [3, 0], [1, 1]])
out = x.squared_distances(m)
close(out, [[0, 9, 2], [25, 16, 13]], "the distances of 2 rows to 3", suspects=DISTANCES)
wide = x.double().requires_grad_().squared_distances(m.double())
close(wide, [[0, 9, 2], [25, 16, 13]], "the distances of float64 rows", dtype="float64")
equal(type(wide.grad_fn).__name__, "Node", "the type of the grad_fn if x requires gradients")
x = tensor(np.random.default_rng(0).normal(size=(50, 20)).astype("float32")) * 100
smallest, what = x.squared_distances(x).min().item(), "the smallest distance of rows to themselves"
true(smallest >= 0, what, expected="0 or more", got=f"{smallest:.3g}")

# %% nbgrader={"grade_id": "distances-test-2", "grade": true, "points": 1}
# The new arrays of all operations together hold fewer than n * k * d numbers.
made = sum(size for _, size in operations(Tensor.squared_distances, ones(20, 16), zeros(10, 16)))
what = "how many numbers the new arrays of operations hold for n=20, k=10, d=16"
true(0 < made < 20 * 10 * 16, what, expected="some, and fewer than 3200", got=str(made))

# %% nbgrader={"grade_id": "distances-hidden", "grade": true, "points": 1}
# Also graded: a single row on either side, as many rows as means.
### BEGIN HIDDEN TESTS
for n, k, d in [(4, 1, 3), (1, 5, 2), (6, 6, 1), (1, 1, 4)]:
    x, m = np.sin(np.arange(n * d)).reshape(n, d), np.cos(np.arange(k * d)).reshape(k, d)
    wanted = ((x[:, None] - m) ** 2).sum(axis=2)
    close(tensor(x).squared_distances(tensor(m)), wanted, f"the distances of {n} rows to {k}")
### END HIDDEN TESTS

# %% [markdown]
# Now measure. `tracemalloc` counts the bytes Python asks for, NumPy's among them. The lines are
# predicted from the shapes of the new arrays; the dots are measured, and are on the lines to within
# a few percent. Broadcasting stores every difference of two pixels, so it needs far more memory.

# %% given: measuring

# %% [markdown]
# ## 9. Your tensor reads digits
#
# The classifier of section 1 is called **nearest centroid**. Here it is again, with nothing but
# what you built: `flatten`, a mean, a matrix product, broadcasting, `argmin`. Below are ten digits
# that it got wrong. Most are nines: written in several ways, whose mean looks like none of them.

# %%
train, test = tensor(data.train_images).flatten(1), tensor(data.test_images).flatten(1)
train_labels, test_labels = tensor(data.train_labels), tensor(data.test_labels)
centroids = stack([train[train_labels == digit].mean(dim=0) for digit in range(10)])
guesses = test.squared_distances(centroids).argmin(dim=1)
accuracy = (guesses == test_labels).float().mean().item()
print(f"{accuracy:.1%} of {len(test)} digits that it has never seen")
assert accuracy > 0.85
assert guesses.tolist() == nearest.tolist(), "both ways must agree"
wrong = (guesses != test_labels).numpy().nonzero()[0][:10]
draw_nearest(images[wrong], mean_images, guesses.numpy()[wrong], labels[wrong])

# %% [markdown]
# ## 10. For those who want more: windows
#
# Strides can do more than transposes: a view may read a number several times. Then (1, 2, 3, 4)
# becomes the windows (1, 2, 3) and (2, 3, 4), without a copy.
#
# **Stretch 1 · hard · 30 minutes.** Fill in `Tensor.unfold`. It is not graded.


# %% nbgrader={"grade_id": "windows", "solution": true}
@patch
def unfold(self: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """All windows of `size` numbers along a dimension, `step` apart, as a view; without gradients.

    Shapes: (10,) -> (8, 3) for unfold(0, 3, 1); (2, 10) -> (2, 4, 4) for unfold(1, 4, 2). The
    number of windows takes the place of the dimension's size; `size` comes last.
    Raises: RuntimeError naming both sizes if a window is larger than the dimension, IndexError for
    a dimension that is not there.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.unfold.html
    """
    # About eight lines.
    ### BEGIN SOLUTION
    x, (dim,) = self.array, dims_of(self.ndim, dimension)
    if size > x.shape[dim]:
        raise RuntimeError(f"a window of {size} is larger than the {x.shape[dim]} of {self.shape}")
    shape, strides = [*x.shape, size], [*x.strides, x.strides[dim]]
    shape[dim] = (x.shape[dim] - size) // step + 1
    strides[dim] = step * x.strides[dim]
    return from_numpy(np.lib.stride_tricks.as_strided(x, shape, strides))
    ### END SOLUTION


# %% nbgrader={"grade_id": "windows-test", "grade": true, "points": 0}
# Windows that overlap and skip, along any dimension, of any view, without a copy; the error.
x, table = arange(10), arange(20).reshape(2, 10)
close(x.unfold(0, 3, 1), [[i, i + 1, i + 2] for i in range(8)], "x.unfold(0, 3, 1)")
close(x.unfold(0, 4, 3), [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9]], "x.unfold(0, 4, 3)")
close(table.unfold(-1, 4, 2)[1, 3], [16, 17, 18, 19], "the last window of x.unfold(-1, 4, 2)")
close(table.T[::2].unfold(0, 2, 1)[3, 1], [16, 18], "a window of every second row of a transpose")
windows = x.unfold(0, 3, 1)
x[2] = 50
close(windows[:3], [[0, 1, 50], [1, 50, 3], [50, 3, 4]], "three windows, after x[2] = 50")
with raises(RuntimeError, ("11", "10"), "the error of windows of 11 in 10 numbers"):
    x.unfold(0, 11, 1)

# %% given: blurred

# %% [markdown]
# Eight larger digits and, below, the means of their windows of 5 x 5 pixels: a blur, and most of a
# convolution (module 09).
#
# ## Reflection
#
# The transpose of a matrix costs nothing, and writing into it changes the matrix. Name one place in
# this notebook where sharing memory was what you wanted. Where could it bite you, and how would you
# notice?

# %% [markdown]
# *Your answer (not graded):*
