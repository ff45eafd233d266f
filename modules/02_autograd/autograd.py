# %% [markdown]
# # 02 · Automatic differentiation
#
# A network learns by asking one question about each of its numbers: if this one grew a little, how
# much would the loss grow? The answers are its **gradients**. For ten numbers you could work them
# out on paper; for ten million you write a program. By the end of this module you own that
# program, `backward`, and a classifier of handwritten digits that trains on it.

# %% given: imports
# %% given: notebook-imports
# %% given: tests
# %% given: vjps

# %% [markdown]
# ## 1. Five numbers, by hand
# From $x = 3$ and $w = 2$ follow $u = w x = 6$, $v = u + x = 9$ and $L = u v = 54$. The figure
# below draws this **computational graph**: a box per number, and above it the operation that made
# it. Write $\bar u$ for $\partial L / \partial u$ and work backward, from $L$ to the inputs:
#
# - **Chain rule**: an operation sends each input the gradient of its result times its own **local
#   slope**. $L = u v$ has slope $u$ along $v$, so $\bar v = \bar L \cdot u = 1 \cdot 6$.
# - **Sum over uses**: $u$ reaches $L$ directly and through $v$, so $\bar u$ adds up both parts.
#
# Work out $\bar u$, $\bar x$ and $\bar w$ on paper, put them in and run both cells: a box turns
# green when its gradient is right.

# %%
mine = {"L": 1, "v": 6, "u": None, "x": None, "w": None}  # your gradients, in place of None

# %% given: by-hand

# %% [markdown]
# ## 2. One rule per operation
# Your program will do the same with arrays. It hands each operation $g = \bar y$, the gradient of
# its result, and a rule answers with $\bar x = g \cdot f'(x)$. Such a rule is called a
# **vector-Jacobian product** (VJP): $g$ times the table of all slopes (the *Jacobian*), but that
# table is never written down. Here it is a function `(g, out, *inputs)`, where `out` is the result
# of the forward pass: the slope of `exp` is `out`, so nothing is computed twice. *Each input* has
# its own rule, in a tuple, so an input that needs no gradient costs nothing. For the sine, whose
# slope is the cosine: `sin_op: (lambda g, out, x: g * np.cos(x),)`.
#
# **Exercise 1 · easy · 15 minutes.** Fill in `elementwise_rules`.


# %% nbgrader={"grade_id": "elementwise-rules", "solution": true}
#| export
def elementwise_rules() -> dict:
    """The rules of add, sub, mul, div, neg, exp, log and tanh: {op: (rule of input 0, ...)}.

    The keys are add_op, sub_op, ... A rule is a function (g, out, *inputs) of arrays, or numbers
    such as the 2.0 in `x * 2.0`; g is the gradient of the result `out`. It returns the gradient of
    its input in the shape and dtype of `out` (the caller undoes a broadcast), and changes no array.
    """
    # Eight lines.
    ### BEGIN SOLUTION
    return {
        add_op: (lambda g, out, a, b: g, lambda g, out, a, b: g),
        sub_op: (lambda g, out, a, b: g, lambda g, out, a, b: -g),
        mul_op: (lambda g, out, a, b: g * b, lambda g, out, a, b: g * a),
        div_op: (lambda g, out, a, b: g / b, lambda g, out, a, b: -g * out / b),
        neg_op: (lambda g, out, x: -g,),
        exp_op: (lambda g, out, x: g * out,),
        log_op: (lambda g, out, x: g / x,),
        tanh_op: (lambda g, out, x: g * (1 - out * out),),
    }
    ### END SOLUTION


# %% nbgrader={"grade_id": "elementwise-rules-test", "grade": true, "points": 2}
# All eight operations, against the slopes you know from calculus.
rules, g, x = elementwise_rules(), np.array([1.0, -2.0, 0.5]), np.array([0.5, 2.0, 3.0])
a, b, cosh = np.array([2.0, 0.0, -4.0]), np.array([5.0, -0.5, 8.0]), np.cosh(x)
slopes = {add_op: (g, g), sub_op: (g, -g), mul_op: (g * b, g * a), div_op: (g / b, -g * a / b**2)}
slopes |= {neg_op: (-g,), exp_op: (g * np.exp(x),), log_op: (g / x,), tanh_op: (g / cosh**2,)}
equal(rule_counts(rules), rule_counts(slopes), "the number of rules of each operation")
for op, expected in slopes.items():
    inputs = (a, b) if len(expected) == 2 else (x,)
    for i, slope in enumerate(expected):
        part = rules[op][i](g.copy(), op.forward(*inputs), *inputs)
        check(part, slope, f"the gradient of input {i} of {op.name}")

# %% nbgrader={"grade_id": "elementwise-rules-test-2", "grade": true, "points": 1}
# What a rule returns has the shape and dtype of `out`; its arrays stay as they were.
rows, row = np.full((2, 3), 2.0, np.float32), np.array([1.0, 2.0, 4.0], np.float32)
for op, own in elementwise_rules().items():
    for (i, rule), last in itertools.product(enumerate(own), (row, 2.0)):
        arrays = [np.ones_like(rows), rows + 1, rows, last][: 2 + len(own)]
        kept, what = [np.copy(array) for array in arrays], f"rule {i} of {op.name}"
        part = rule(*arrays)
        equal((np.shape(part), str(part.dtype)), ((2, 3), "float32"), f"shape, dtype from {what}")
        for name, array, old in zip(("g", "out", "a", "b"), arrays, kept, strict=False):
            close(array, old, f"{name} after {what} has run")

# %% nbgrader={"grade_id": "elementwise-rules-hidden", "grade": true, "points": 2}
# Also graded: other values, among them very small ones, and single numbers.
### BEGIN HIDDEN TESTS
rules, g, x = elementwise_rules(), np.array([3.0, -0.25]), np.array([2e-6, 1.5])
a, b, cosh = np.array([-3.0, 1e-6]), np.array([4.0, -2e-6]), np.cosh(x)
slopes = {add_op: (g, g), sub_op: (g, -g), mul_op: (g * b, g * a), div_op: (g / b, -g * a / b**2)}
check_slopes(rules, slopes, g, a, b)
slopes = {neg_op: (-g,), exp_op: (g * np.exp(x),), log_op: (g / x,), tanh_op: (g / cosh**2,)}
check_slopes(rules, slopes, g, x)
### END HIDDEN TESTS

# %% [markdown]
# The next cell holds the other rules and puts yours into the table `VJPS`: run it again whenever
# you change one. In the figure below it, lines with your rules' slopes touch the curves.

# %% given: elementwise
# %% given: tangents

# %% [markdown]
# ## 3. Undoing a broadcast
# In `y = x + b` with shapes (5, 3) and (3,), each value of `b` is used five times, once per row. By
# the sum-over-uses rule, the rows of the gradient are added up: $\bar b_j = \sum_i \bar y_{ij}$.
#
# **Exercise 2 · medium · 15 minutes.** Fill in `unbroadcast`.


# %% nbgrader={"grade_id": "unbroadcast", "solution": true}
#| export
def unbroadcast(g: np.ndarray, shape: tuple) -> np.ndarray:
    """Add up the gradient `g` of a broadcast input until it has the input's own `shape`.

    Shapes: any that `shape` broadcasts to -> shape. (5, 3) -> (3,) adds up 5 rows; (5, 3) ->
    (5, 1) adds up 3 columns; (5, 3) -> () adds up everything. Keeps the dtype; `g` stays as it is.
    """
    # Three to six lines.
    ### BEGIN SOLUTION
    extra = g.ndim - len(shape)
    stretched = tuple(d for d, n in enumerate(shape, extra) if n == 1 and g.shape[d] != 1)
    return g.sum(axis=(*range(extra), *stretched)).reshape(shape)
    ### END SOLUTION


# %% nbgrader={"grade_id": "unbroadcast-test", "grade": true, "points": 2}
# A row stretched over five rows, a column over three columns, one number over a whole table.
g, column = np.arange(15.0).reshape(5, 3), [[3.0], [12.0], [21.0], [30.0], [39.0]]
check(unbroadcast(g, (3,)), [30.0, 35.0, 40.0], "the gradient of a row (3,) used 5 times")
check(unbroadcast(g, (5, 1)), column, "the gradient of a column (5, 1) used 3 times")
check(unbroadcast(g, ()), 105.0, "the gradient of one number () used 15 times")

# %% nbgrader={"grade_id": "unbroadcast-test-2", "grade": true, "points": 2}
# Two new dimensions, new and stretched ones together, nothing to add up; the dtype, and g itself.
g = np.arange(24.0, dtype=np.float32).reshape(2, 4, 3)
cases = {(3,): g.sum(axis=(0, 1)), (4, 1): g.sum(axis=(0, 2)).reshape(4, 1), (4, 3): g.sum(axis=0)}
cases |= {(1, 1, 3): g.sum(axis=(0, 1)).reshape(1, 1, 3), (2, 4, 3): g}
for shape, expected in cases.items():
    what, before = f"the gradient of a {shape} input, stretched to (2, 4, 3)", g.copy()
    check(unbroadcast(g, shape), expected, what, dtype=np.float32)
    close(g, before, "g after unbroadcast")
check(unbroadcast(np.ones((2, 4, 1)), (4, 1)), np.full((4, 1), 2.0), "a size of 1 that stays 1")

# %% nbgrader={"grade_id": "unbroadcast-hidden", "grade": true, "points": 1}
# Also graded: four dimensions, and dimensions of size 0.
### BEGIN HIDDEN TESTS
g, none = np.arange(120.0).reshape(2, 4, 5, 3), np.zeros((0, 3))
check_stretched(unbroadcast, g, [(4, 1, 3), (5, 1), (1, 5, 1), (), (1,), g.shape])
check_stretched(unbroadcast, none, [(3,), (1, 3), (1,), (0, 1), ()])
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Matrix products
# Most of the time of a training step goes into `a @ b`. Write out one value of the result,
# $y_{ij} = \sum_k a_{ik} b_{kj}$, and see where $a_{ik}$ was used: in row $i$, once for each $j$.
# So $\bar a_{ik} = \sum_j g_{ij} b_{kj}$, a matrix product again: $\bar a = g\, b^\top$, and in the
# same way $\bar b = a^\top g$.
#
# One product forward, two backward: a backward pass costs about twice its forward pass. Inputs also
# come as stacks, such as (batch, m, k) @ (k, n): transpose only the last two dimensions. A matrix
# that was used for a whole stack may get a stack of gradients, which the caller adds up with
# `unbroadcast`. Given: `as_matrices`, which turns 1-D inputs into matrices.
#
# **Exercise 3 · medium · 25 minutes.** Fill in `matmul_rules`.

# %% given: as-matrices


# %% nbgrader={"grade_id": "matmul-rules", "solution": true}
#| export
def matmul_rules() -> tuple:
    """The two rules of `a @ b`: functions (g, out, a, b) giving the gradients of `a` and of `b`.

    Shapes, dtype: those of `a` and `b`, or what they broadcast to in the leading dimensions. For a
    1-D `a` it may stay the (1, k) matrix of `as_matrices`; for a 1-D `b` it is 1-D.
    Source: Giles (2008), An extended collection of matrix derivative results, section 2.2.2.
    """

    # Two functions of two to five lines.
    ### BEGIN SOLUTION
    def for_a(g, out, a, b):
        g, a, b = as_matrices(g, a, b)
        return matmul_forward(g, b.swapaxes(-1, -2))  # (..., m, n) @ (..., n, k)

    def for_b(g, out, a, b):
        is_vector = b.ndim == 1
        g, a, b = as_matrices(g, a, b)
        if b.ndim == 2 and a.ndim > 2 and b.size:  # one product adds up the whole stack
            a, g = a.reshape(-1, a.shape[-1]), g.reshape(-1, g.shape[-1])  # (rows, k), (rows, n)
        gradient = a.swapaxes(-1, -2) @ g  # (..., k, m) @ (..., m, n)
        return gradient[..., 0] if is_vector else gradient

    return for_a, for_b
    ### END SOLUTION


# %% nbgrader={"grade_id": "matmul-rules-test", "grade": true, "points": 1}
# Square matrices, where a wrong transpose still gives a matrix; then (2, 3) @ (3, 4).
for_a, for_b = matmul_rules()
a, b = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[7.0, -1.0], [0.5, 4.0]])
g = np.array([[1.0, -2.0], [3.0, 0.5]])
check(for_a(g, a @ b, a, b), [[9.0, -7.5], [20.5, 3.5]], "the gradient of a in a @ b")
check(for_b(g, a @ b, a, b), [[10.0, -0.5], [17.0, -1.5]], "the gradient of b in a @ b")
a, b, g = np.ones((2, 3), np.float32), np.full((3, 4), 2, np.float32), np.ones((2, 4), np.float32)
close(for_a(g, a @ b, a, b), np.full((2, 3), 8.0), "the gradient of a (2, 3) a", dtype=np.float32)
close(for_b(g, a @ b, a, b), np.full((3, 4), 2.0), "the gradient of a (3, 4) b", dtype=np.float32)

# %% nbgrader={"grade_id": "matmul-rules-test-2", "grade": true, "points": 1}
# Stacks: two products at once, and one matrix that is used for both.
for_a, for_b = matmul_rules()
a, b = np.arange(8.0).reshape(2, 2, 2), np.arange(8.0, 0.0, -1.0).reshape(2, 2, 2)
g = np.array([[[1.0, -2.0], [3.0, 0.5]], [[0.0, 4.0], [-1.0, 2.0]]])
for_first, for_second = [g[0] @ b[0].T, g[1] @ b[1].T], [a[0].T @ g[0], a[1].T @ g[1]]
check(for_a(g, a @ b, a, b), np.stack(for_first), "the gradient of a for two stacks")
check(for_b(g, a @ b, a, b), np.stack(for_second), "the gradient of b for two stacks")
uses = for_a(g, a[0] @ b, a[0], b).reshape(-1, 2, 2)  # may be a stack: the caller adds it up
close(uses.sum(axis=0), sum(for_first), "the gradient of one a for two products, added up")
uses = for_b(g, a @ b[0], a, b[0]).reshape(-1, 2, 2)
close(uses.sum(axis=0), sum(for_second), "the gradient of one b for two products, added up")

# %% nbgrader={"grade_id": "matmul-rules-test-3", "grade": true, "points": 1}
# Vectors: 1-D inputs on either side, and on both.
m, g, two = np.arange(12.0).reshape(3, 4), np.array([1.0, -1.0, 2.0, 0.5]), np.array(2.0)
u, v = np.array([1.0, 2.0, 3.0]), np.array([4.0, 0.0, -1.0])
cases = {"u @ m": (u, m, g, m @ g, np.outer(u, g)), "u @ v": (u, v, two, 2 * v, 2 * u)}
cases |= {"m.T @ v": (m.T, v, g, np.outer(g, v), m @ g)}
for name, (a, b, g, for_left, for_right) in cases.items():
    for_a, for_b = matmul_rules()
    close(np.squeeze(for_a(g, a @ b, a, b)), for_left, f"the gradient of the left input of {name}")
    close(for_b(g, a @ b, a, b), for_right, f"the gradient of the right input of {name}")

# %% nbgrader={"grade_id": "matmul-rules-hidden", "grade": true, "points": 2}
# Also graded: stacks of other shapes, stacks of stacks, vectors with stacks, in either dtype.
### BEGIN HIDDEN TESTS
check_products(matmul_rules(), "23 34, 523 534, 523 34, 23 534, 2123 534, 3 34, 23 3, 523 3, 3 534")
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Sums, means and picked values
# A sum hands $g$ back to every value that went into it, a mean of $n$ values hands back $g / n$.
# Mind the shape: `x.sum(dim=1)` turns (2, 3) into (2,), and $g$ must become (2, 1) before it can be
# stretched over the columns. Given: `keep_dims` does that, whatever `dim` is.
#
# Indexing: `x[[0, 0, 2]]` uses the first value twice and the second one not at all. What was used
# twice gets the sum of both gradients; what was not used gets 0. Beware: `gradient[[0, 0, 2]] += g`
# and `np.put_along_axis` keep only *one* of the gradients for a place; `np.add.at` adds up all.
#
# **Exercise 4 · medium · 30 minutes.** Fill in `reduction_rules`.

# %% given: keep-dims


# %% nbgrader={"grade_id": "reduction-rules", "solution": true}
#| export
def reduction_rules() -> dict:
    """The rules of sum, mean, index (x[key]) and gather: {op: (rule,)}, for sum_op, mean_op, ...

    The rules' arguments: (g, out, x, dim=None, keepdim=False) for sum and mean, (g, out, x, key)
    for index, (g, out, x, dim, index) for gather. A rule returns the gradient of `x`, in its shape
    and dtype. A place of `x` that was picked several times, by index or by gather, gets the sum of
    its uses' gradients. (Where `may_repeat(key)` is False, `gradient[key] = g` is enough and fast.)
    """

    # Four functions of one to five lines, and the dict.
    ### BEGIN SOLUTION
    def sum_rule(g, out, x, dim=None, keepdim=False):
        return np.broadcast_to(keep_dims(g, x, dim), x.shape)

    def mean_rule(g, out, x, dim=None, keepdim=False):
        share = x.dtype.type(out.size / max(x.size, 1))
        return np.broadcast_to(keep_dims(g, x, dim) * share, x.shape)

    def index_rule(g, out, x, key):
        gradient = np.zeros_like(x)
        if may_repeat(key):
            np.add.at(gradient, key, g)
        else:
            gradient[key] = g
        return gradient

    def gather_rule(g, out, x, dim, index):
        gradient = np.zeros_like(x)
        places = list(np.indices(index.shape, sparse=True))
        places[dim] = index
        np.add.at(gradient, tuple(places), g)
        return gradient

    rules = {sum_op: sum_rule, mean_op: mean_rule, index_op: index_rule, gather_op: gather_rule}
    return {op: (rule,) for op, rule in rules.items()}
    ### END SOLUTION


# %% nbgrader={"grade_id": "reduction-rules-test", "grade": true, "points": 2}
# Sums and means: of all values, along each dimension, along two, with and without keepdim.
rules, x = reduction_rules(), np.arange(6.0, dtype=np.float32).reshape(2, 3)
equal(rule_counts(rules), {"sum": 1, "mean": 1, "index": 1, "gather": 1}, "the number of rules")
cases = [  # dim, keepdim, g, the gradient for the sum, how many values go into each mean
    (0, False, [1, 10, 100], [[1, 10, 100], [1, 10, 100]], 2),
    (1, False, [1, 10], [[1, 1, 1], [10, 10, 10]], 3),
    (-1, True, [[1], [10]], [[1, 1, 1], [10, 10, 10]], 3),
    (None, False, 5, [[5, 5, 5], [5, 5, 5]], 6),
    ((0, 1), True, [[5]], [[5, 5, 5], [5, 5, 5]], 6),
]
for dim, keepdim, g, spread, n in cases:
    total, along = x.sum(axis=dim, keepdims=keepdim), {"dim": dim, "keepdim": keepdim}
    for op, out, slopes in (sum_op, total, spread), (mean_op, total / n, np.array(spread) / n):
        part = rules[op][0](np.array(g, np.float32), np.float32(out), x, **along)
        what = f"the gradient of x in x.{op.name}(dim={dim}, keepdim={keepdim})"
        check(part, slopes, what, dtype=np.float32)

# %% nbgrader={"grade_id": "reduction-rules-test-2", "grade": true, "points": 1}
# Picked values: those picked twice get both gradients, those not picked get 0.
rules, x = reduction_rules(), np.array([7.0, 8.0, 9.0], np.float32)
cases = {"x[[0, 0, 2]]": ([0, 0, 2], [1, 10, 100], [11, 0, 100]), "x[2]": (2, 5, [0, 0, 5])}
cases |= {"x[1:]": (np.s_[1:], [1, 10], [0, 1, 10]), "x[x > 7.5]": (x > 7.5, [1, 10], [0, 1, 10])}
for name, (key, g, expected) in cases.items():
    part = rules[index_op][0](np.array(g, np.float32), x[key], x, key=key)
    check(part, expected, f"the gradient of x in {name}", dtype=np.float32)
x, index = np.arange(6.0, dtype=np.float32).reshape(2, 3), np.array([[2, 2], [0, 1]])
g, what = np.array([[1, 10], [100, 1000]], np.float32), "the gradient of x in x.gather"
part = rules[gather_op][0](g, x[[[0], [1]], index], x, dim=1, index=index)
check(part, [[0, 0, 11], [100, 1000, 0]], f"{what}(1, [[2, 2], [0, 1]])", dtype=np.float32)
part = rules[gather_op][0](g, x[index % 2, [0, 1]], x, dim=0, index=index % 2)
check(part, [[101, 10, 0], [0, 1000, 0]], f"{what}(0, [[0, 0], [0, 1]])", dtype=np.float32)

# %% nbgrader={"grade_id": "reduction-rules-hidden", "grade": true, "points": 2}
# Also graded: three dimensions, pairs of indices, float64, no values at all.
### BEGIN HIDDEN TESTS
rules, x, s = reduction_rules(), np.arange(12.0).reshape(3, 4), np.s_
check_reductions(rules, np.arange(24.0).reshape(2, 3, 4), dims=(None, 0, 1, 2, -1, (0, 2)))
keys = {"x[:, 1:3]": s[:, 1:3], "x[..., 0]": s[..., 0], "x[1]": 1, "x[x > 4.5]": x > 4.5}
keys |= {"x[[0, 0, 2], [1, 1, 3]]": ([0, 0, 2], [1, 1, 3]), "x[:, [3, 3, 0]]": s[:, [3, 3, 0]]}
check_indexing(rules, x, keys)
check_gathers(rules, x, {0: [[2, 2, 0], [0, 2, 0]], 1: [[2, 2], [0, 3]], -1: [[1, 1], [1, 1]]})
check_reductions(rules, np.zeros((0, 3)), dims=(0,))
### END HIDDEN TESTS

# %% given: shapes

# %% [markdown]
# The cell above puts your rules into `VJPS`, with those of the largest value (its gradient goes to
# where it was), changes of shape (undo the change) and `cat` (each input gets its piece of $g$).
#
# ## 6. In which order?
# The gate from module 01 leaves a **receipt** on a result, the node `grad_fn`: which operation made
# it, from which inputs, and a serial number that grows. `requires_grad=True` marks a tensor whose
# gradient you want; whatever is made from it gets a receipt. A tensor that no operation made is a
# **leaf**. The first cell below walks from a result to its leaf.
#
# A tensor may hand its gradient on only when that gradient is complete: when **all** its uses have
# sent theirs back. The graph of $a = \sin x$, $b = a + x$ and $y = a b$ is a diamond. If you go
# depth-first, straight from $y$ into $a$, you reach $x$ before $b$ has sent its part back to $a$.
# Then everything from $a$ on comes a second time; sixty diamonds in a row make $2^{60}$ visits.

# %% given: walk
# %% given: diamond

# %% [markdown]
# The serial numbers settle it: every *use* of $a$ has a larger one than $a$ itself. Go from the
# **latest made** to the first, and all uses of a tensor come before it, in a **topological order**.
#
# **Exercise 5 · medium · 20 minutes.** Fill in `graph_order`. `out.grad_fn` has what you need:
# `inputs`, some of which are plain numbers and some leaves, and `serial`.


# %% nbgrader={"grade_id": "order", "solution": true}
#| export
def graph_order(y: Tensor) -> list:
    """The tensors with a receipt (`grad_fn`) that `y` was made from, and `y`, latest made first.

    Lists each once, however many paths lead to it, and no leaves: for a leaf `y` the list is empty.
    Takes time in proportion to the number of operations, at any depth.
    """
    # About eight lines.
    ### BEGIN SOLUTION
    results = [y] if y.grad_fn is not None else []
    found = set(results)
    for out in results:  # the list grows while we walk along it
        for x in out.grad_fn.inputs:
            if isinstance(x, Tensor) and x.grad_fn is not None and x not in found:
                found.add(x)
                results.append(x)
    return sorted(results, key=lambda out: out.grad_fn.serial, reverse=True)
    ### END SOLUTION


# %% nbgrader={"grade_id": "order-test", "grade": true, "points": 2}
# The diamond; numbers among the inputs; a leaf; paths of different lengths; data without gradients.
x = tensor([1.0, 2.0], requires_grad=True)
a = x.sin()
check_order(graph_order(a * (a + x)), ["mul", "add", "sin"], "the order of y = a * (a + x)")
check_order(graph_order(a * a), ["mul", "sin"], "the order of a * a")
y = 2.0 * (x + 1.0).exp()
check_order(graph_order(y), ["mul", "exp", "add"], "the order of 2 * exp(x + 1)")
equal(len(graph_order(x)), 0, "the length of the list for a leaf")
early, late = x.neg(), ((x.exp() + 1.0).cos() * 2.0).tanh()
y = (late + early.sin()) * early
names = ["mul", "add", "sin", "tanh", "mul", "cos", "add", "exp", "neg"]
check_order(graph_order(y), names, "the order where paths differ in length")
y = x.sin() * tensor([3.0, 4.0]).exp()
check_order(graph_order(y), ["mul", "sin"], "the order where one input wants no gradient")

# %% nbgrader={"grade_id": "order-test-2", "grade": true, "points": 1}
# 20,000 operations in a chain; and 16 diamonds in a row, which are 65,536 paths.
chain = tensor([1.0], requires_grad=True)
for _ in range(20_000):
    chain = chain.neg()
equal(len(graph_order(chain)), 20_000, "the length of the list for a chain of 20,000 operations")
y, looks = diamonds(16)
equal(len(graph_order(y)), 48, "the length of the list for 16 diamonds of 3 operations")
what, got = "how often the inputs of 16 tensors were looked through", f"{len(looks)} times"
true(len(looks) <= 4 * 16, what, expected="16 times", got=got, hint="once each, not once per path")

# %% nbgrader={"grade_id": "order-hidden", "grade": true, "points": 2}
# Also graded: another graph, operations of three inputs, the very tensors.
### BEGIN HIDDEN TESTS
first, second = (tensor([value], requires_grad=True).exp() for value in (1.0, 2.0))
third = first.cos() + second
order = graph_order(cat([second, first, where(tensor([True]), third * 3.0, second.sin())]))
names = ["cat", "where", "sin", "mul", "add", "cos", "exp", "exp"]
check_order(order, names, "the order of a graph of two leaves")
true(order[4] is third, "the fifth tensor", expected="the very tensor", got="another")
### END HIDDEN TESTS

# %% [markdown]
# ## 7. Backward
# Now it all comes together. Going through the graph from the loss back to the leaves is called
# **backpropagation**, or **reverse-mode** automatic differentiation. `graph_order` says whose turn
# it is; until then, a dict keeps the sum of what a tensor's uses have sent so far.
#
# - **Start.** $\bar y = 1$, or the `gradient` of each value. Given: `first_gradient`.
# - **Step.** Given: `input_gradients(out, g)`, a list of pairs (x, part): an input x of `out` that
#   wants a gradient, and the gradient that `out` sends to it.
# - **Memory.** A receipt that has done its work gives way to `FREED`, which frees its arrays. So a
#   **second backward fails**, unless the first was told `retain_graph=True`.
# - **Leaves.** Given: `accumulate_grad(x, g)` *adds* to `x.grad`, so that a large batch can be done
#   in pieces; a training loop sets `.grad` to `None` before each step. Other tensors keep no
#   gradient, unless `h.retain_grad()` has set `h.retains_grad`.
# - **A trap.** A rule may hand back the very array it was given: `add` does, to both inputs. What
#   becomes of the other input's gradient when you add to that array?
#
# **Exercise 6 · hard · 30 minutes.** Fill in `backward`.

# %% given: backward


# %% nbgrader={"grade_id": "backward", "solution": true}
#| export
def backward(y: Tensor, gradient=None, retain_graph: bool = False) -> None:
    """Add the gradient of `y` to `.grad` of every leaf that it was made from and that wants one.

    gradient: where `y` has several values, the gradient of each, in the shape of `y`.
    retain_graph: keep the receipts, so that backward can run again.
    A result that `retains_grad` gets its `.grad` too. No two `.grad` share memory, and neither
    `gradient` nor what a rule returned is changed. Raises: see `first_gradient` and `rules_of`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html
    """
    # Ten to sixteen lines. `taken(a_list)` hands its items out and forgets them: memory gets free.
    ### BEGIN SOLUTION
    grads, owned = {y: first_gradient(y, gradient)}, set()
    for out in taken(graph_order(y)):
        g = grads.pop(out)
        for x, part in input_gradients(out, g):
            if x not in grads:
                grads[x] = part
            elif x in owned:
                grads[x] += part
            else:  # the first sum makes an array of our own; later ones are added in place
                grads[x] = grads[x] + part
                owned.add(x)
        if out.retains_grad:
            accumulate_grad(out, g)
        if not retain_graph:
            out.grad_fn = FREED
    g = part = None  # an array that nobody else holds needs no copy to become a `.grad`
    for leaf in list(grads):
        accumulate_grad(leaf, grads.pop(leaf))
    ### END SOLUTION


# %% nbgrader={"grade_id": "backward-test", "grade": true, "points": 1}
# Operations in a row; values that are used two and three times; who gets a gradient, and who none.
x, square, y = sine_of_square([0.5, 1.0, 2.0])
g = np.array([1.0, 10.0, 100.0])
backward(y, g)
check(x.grad, 2 * x.array * np.cos(x.array**2) * g, "the gradient of sin(x**2)")
(x, z, unused), data = leaves(3.0, 3.0, 4.0), tensor(np.array(5.0))
backward(x.sin() + x**2 + data + z * z * z)
check(x.grad, np.cos(3.0) + 6.0, "the gradient of x in sin(x) + x**2 + data, for x = 3")
check(z.grad, 27.0, "the gradient of z * z * z, for z = 3")
check_none("the gradients of data, and of a leaf that was not used", data.grad, unused.grad)
backward(unused)
close(unused.grad, 1.0, "the gradient of a leaf that backward starts from")
with raises(RuntimeError, "gradient", "the error for a y of two values and no gradient"):
    backward(leaves([1.0, 2.0])[0].exp())

# %% nbgrader={"grade_id": "backward-test-2", "grade": true, "points": 1}
# Calling it again: gradients add up; a graph works once, or more often with retain_graph.
(x,) = leaves([1.0, -2.0])
for _ in range(2):
    backward(x**2, np.ones(2))
check(x.grad, [4.0, -8.0], "the gradient of x**2 after two calls of backward")
x, square, y = sine_of_square(2.0)
backward(y)
check_none("the gradient of tensors that are no leaves", square.grad, y.grad)
for again, what in (y, "the same graph"), (square.cos(), "a graph that shares a used-up part"):
    with raises(RuntimeError, "used up", f"a second backward through {what}"):
        backward(again)
x, square, y = sine_of_square(2.0)
square.retain_grad()
backward(y, retain_graph=True)
check_kept(square, np.cos(4.0), "the gradient of square after square.retain_grad()")
backward(y)
close(x.grad, 8 * np.cos(4.0), "the gradient after two calls, the first with retain_graph=True")

# %% nbgrader={"grade_id": "backward-test-3", "grade": true, "points": 1}
# The trap: rules that hand the same array to two inputs.
(a, b), plus, g = leaves([1.0, 2.0], [1.0, 2.0]), plus_op(), np.array([1.0, 10.0])
backward(plus(plus(a, b), a), g)
check(b.grad, [1.0, 10.0], "the gradient of b in (a + b) + a")
check(a.grad, [2.0, 20.0], "the gradient of a in (a + b) + a")
close(g, [1.0, 10.0], "the gradient that was given, after backward")
shared = np.shares_memory(a.grad.array, b.grad.array) or np.shares_memory(b.grad.array, g)
true(not shared, "the memory of the gradients", expected="an array for each", got="a shared one")

# %% nbgrader={"grade_id": "backward-hidden", "grade": true, "points": 2}
# Also graded: float32, many diamonds, three uses of shared arrays, retain_grad over two calls.
### BEGIN HIDDEN TESTS
x, plus = tensor([1.0, -1.0], requires_grad=True), plus_op()
backward(sum_of_halves(x, 12), [3.0, 5.0])
close(x.grad, [3.0, 5.0], "the gradient through 12 diamonds of two halves", dtype=np.float32)
(a, b), g = leaves([1.0, 2.0], [1.0, 2.0]), np.array([1.0, 10.0])
y = plus(plus(plus(a, b), plus(a, b)), a)
y.retain_grad()
for again in (True, False):
    backward(y, g, retain_graph=again)
for x, times, what in (a, 6, "a, used three times"), (b, 4, "b, used twice"), (y, 2, "y, retained"):
    close(x.grad, times * g, f"the gradient after two calls of {what}")
close(g, [1.0, 10.0], "the gradient that was given, after two calls")
### END HIDDEN TESTS

# %% given: draw-graph
# %% given: gradients

# %% [markdown]
# `draw_graph(loss)` has drawn this: leaves that want gradients are yellow, tensors that want none
# grey. Read it from the bottom. The last `mul` uses `error` twice (two lines), so the gradient of
# `error` is $2 \cdot (-1.5) = -3$. `b` gets the same $-3$, and `w` gets $-3$ times `x`.
#
# ## 8. Without recording
# Receipts keep arrays in memory. While a finished model only predicts (**inference**), or while
# weights are updated, nobody needs them. The gate leaves receipts only while `grad_mode.enabled` is
# True. Each thread has its own `grad_mode`. With `@contextmanager`, what comes before `yield`
# happens at the start of a `with` block, what comes after it at the end. If the block raises an
# error, that error appears *at the `yield`*.
#
# **Exercise 7 · easy · 10 minutes.** Fill in `no_grad`.


# %% nbgrader={"grade_id": "no-grad", "solution": true}
#| export
@contextmanager
def no_grad():
    """Inside `with no_grad():`, or in a function decorated with it, operations leave no receipts.

    Afterwards `grad_mode.enabled` is what it was before, even after an error (which goes on to the
    caller) and when nested. Other threads keep recording.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.no_grad.html
    """
    # Five lines.
    ### BEGIN SOLUTION
    before, grad_mode.enabled = grad_mode.enabled, False
    try:
        yield
    finally:
        grad_mode.enabled = before
    ### END SOLUTION


# %% nbgrader={"grade_id": "no-grad-test", "grade": true, "points": 2}
# No receipts inside, receipts again afterwards; a decorated function; another thread.
x = tensor([1.0, 2.0], requires_grad=True)
with no_grad():
    inside, elsewhere = x.exp(), in_thread(lambda: x.exp().requires_grad)
check_none("the grad_fn of what was made inside no_grad()", inside.grad_fn)
equal(elsewhere, True, "requires_grad of what another thread made meanwhile")
equal(x.requires_grad, True, "requires_grad of the leaf itself")
equal(x.exp().requires_grad, True, "requires_grad of what was made after no_grad()")
silenced = no_grad()(lambda: x.exp().requires_grad)
equal([silenced(), silenced()], [False, False], "requires_grad in two calls with @no_grad()")

# %% nbgrader={"grade_id": "no-grad-test-2", "grade": true, "points": 2}
# Afterwards grad_mode.enabled is as it was before: with one no_grad() in another, after an error.
with no_grad():
    with no_grad():
        pass
    check_mode(False, "grad_mode.enabled after the inner of two no_grad()")
check_mode(True, "grad_mode.enabled after both no_grad()")
with raises(KeyError, "from inside", "the error from inside no_grad(), outside of it"), no_grad():
    raise KeyError("from inside")
check_mode(True, "grad_mode.enabled after an error inside no_grad()")

# %% nbgrader={"grade_id": "no-grad-hidden", "grade": true, "points": 1}
# Also graded: a cell that is interrupted, and errors in nested blocks.
### BEGIN HIDDEN TESTS
with suppress(KeyboardInterrupt), no_grad():
    raise KeyboardInterrupt
check_mode(True, "grad_mode.enabled after an interrupt inside no_grad()")
with no_grad():
    with suppress(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    check_mode(False, "grad_mode.enabled after an error in the inner of two no_grad()")
### END HIDDEN TESTS

# %% [markdown]
# Given: the opposite, `enable_grad`, and `set_grad_enabled`. Then see what the receipts of ten
# layers keep alive, and an update that comes too early: `w -= 0.1` overwrites a leaf **in place**.
# If a rule still needed the old value, backward would silently compute nonsense. So each write adds
# to the **version counter** of that memory, and backward refuses.

# %% given: enable-grad
# %% given: kept

# %% [markdown]
# With **gradient checkpointing**, a block of layers runs without receipts, and *again*, recorded,
# when backward reaches it. It costs one more forward pass, and models train that did not fit into
# memory. Given: `checkpoint(func, x)`, an operation that lacks only its rule.
#
# **Stretch 1 · hard · 30 minutes.** Fill in `checkpoint_rule`. Ungraded; nothing later needs it.

# %% given: checkpoint


# %% nbgrader={"grade_id": "checkpoint", "solution": true}
def checkpoint_rule(g, out, x, func):
    """The rule of `checkpoint(func, x)`: runs `func` again, recorded, and goes back through it.

    g, out, x: arrays. func: a function of a tensor that returns a tensor. Returns: the gradient of
    `x`, an array. Leaves that `func` itself uses, such as weights, get theirs added to `.grad`.
    """
    # Five lines.
    ### BEGIN SOLUTION
    again = tensor(x, requires_grad=True)
    with enable_grad():
        y = func(again)
    backward(y, g)
    return again.grad.array
    ### END SOLUTION


# %% nbgrader={"grade_id": "checkpoint-test", "grade": true, "points": 0}
# The gradients of the input and of weights are those without checkpoints, and less is kept.
(x, w), g = leaves([[0.5, -1.0]], [[0.3, -0.2], [0.1, 0.4]]), np.array([[1.0, 10.0]])
block = partial(exp_of_tanh, w)
backward(block(block(x)), g)
(of_x, of_w), x.grad, w.grad = (x.grad, w.grad), None, None
y = checkpoint(block, checkpoint(block, x))
equal(len(graph_order(y)), 2, "how many results two checkpointed blocks keep")
with no_grad():
    backward(y, g)
close(x.grad, of_x, "the gradient of x through two checkpoints")
close(w.grad, of_w, "the gradient of the weights of both blocks")

# %% [markdown]
# ## 9. Trust, but measure
# A wrong rule raises no error. The network only learns badly, and you look for the reason in other
# places. But a slope can be measured: move one value a little to either side and see how much the
# result moves. With $e_i$, which is 1 at place $i$ and 0 elsewhere, $\partial f / \partial x_i
# \approx (f(x + \epsilon e_i) - f(x - \epsilon e_i)) / 2 \epsilon$. This is the **central
# difference**, a **finite difference** taken on both sides. Two evaluations per value are too slow
# for training, but all you need to check a rule. One trap: `+= eps` and then `-= eps` need not give
# the same number back, because of rounding.
#
# **Exercise 8 · easy · 15 minutes.** Fill in `numerical_gradient`.


# %% nbgrader={"grade_id": "gradcheck", "solution": true}
#| export
def numerical_gradient(f, x: np.ndarray, eps: float = 1e-6) -> np.ndarray:
    """The gradient of `f()` with respect to the float64 array `x`, by central differences.

    f: a function without arguments that reads `x` and returns a number. Afterwards `x` is what it
    was, to the last digit. Shapes: any -> as `x`, which may be 0-d, or a view such as a transpose.
    The error is of the order eps**2.
    """
    # About nine lines; `for place in np.ndindex(x.shape)` visits every place.
    ### BEGIN SOLUTION
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        value = x[place]
        x[place] = value + eps
        above = f()
        x[place] = value - eps
        below = f()
        x[place] = value
        gradient[place] = (above - below) / (2 * eps)
    return gradient
    ### END SOLUTION


# %% nbgrader={"grade_id": "gradcheck-test", "grade": true, "points": 4}
# Slopes you know; the error for x**3, which is eps**2; x afterwards; a transpose and a 0-d array.
x, what = np.array([3.0, 1.0]), "the gradient of x0**2 + 3 * x1"
check(numerical_gradient(lambda: x[0] ** 2 + 3 * x[1], x), [6.0, 3.0], what, atol=1e-6)
x, what = np.array([1.0, -2.0]), "the gradient of x**3, eps=0.5"
check(numerical_gradient(lambda: (x**3).sum(), x, eps=0.5), [3.25, 12.25], what, rtol=1e-9)
x = np.array([0.1, 0.7, 1e6])
numerical_gradient(lambda: x.sum(), x, eps=1e-3)
equal(x.tolist(), [0.1, 0.7, 1e6], "x afterwards")
x, weights = np.arange(6.0).reshape(3, 2).T, np.arange(3.0, -3.0, -1.0).reshape(2, 3)
slopes = numerical_gradient(lambda: (weights * x**2).sum(), x)
check(slopes, 2 * weights * x, "the gradient of a transpose of shape (2, 3)", atol=1e-6)
one, what = np.array(2.0), "the gradient of a 0-d x"
close(numerical_gradient(lambda: float(one) ** 2, one), 4.0, what, atol=1e-6)

# %% nbgrader={"grade_id": "gradcheck-hidden", "grade": true, "points": 1}
# Also graded: other transposes, arrays that skip numbers, empty arrays.
### BEGIN HIDDEN TESTS
table, weights = np.arange(6.0).reshape(2, 3), np.array([[1.0, -2.0, 3.0], [0.5, 0.0, 4.0]])
for x in (np.asfortranarray(table), np.repeat(table, 2, axis=1)[:, ::2]):
    slopes = numerical_gradient(lambda: (weights * x**2).sum(), x)  # noqa: B023 - at once
    close(slopes, 2 * weights * table, "the gradient of a (2, 3) x of another layout", atol=1e-6)
slopes = numerical_gradient(lambda: 0.0, np.zeros((0, 3)))
equal(np.shape(slopes), (0, 3), "the shape of the gradient of an empty array")
### END HIDDEN TESTS

# %% given: gradcheck
# %% given: gradchecks

# %% [markdown]
# `gradcheck` compares your `backward` with your `numerical_gradient`. Every later module uses it.
#
# **Predict, then measure.** By Taylor's formula the error of a central difference is $\epsilon^2
# f^{(3)}(x) / 6$: smaller steps, smaller error. But a float64 has 16 digits, and the difference of
# two nearly equal numbers loses most of them (**catastrophic cancellation**). So there is a best
# $\epsilon$. Write down your guess before you run the second cell.

# %%
my_guess = 1e-12  # change this: which eps has the smallest error for sin at x = 1?

# %% given: valley

# %% [markdown]
# A valley: on the right the error falls with eps², on the left it rises as 1 / eps and scatters.
# The bottom, where both are equal, is at an eps of a few 1e-6 to 1e-5. In float32, with 7 digits,
# the best error is near 1e-5: about five digits are left to compare. So `gradcheck` uses float64.
#
# ## 10. Where did the NaN come from?
# One day your loss will be `nan`, made by one operation among thousands. Given: inside
# `with detect_anomaly():`, the first result or gradient that is NaN or infinite raises an error
# with the name of its operation. It is slow: switch it on when you need it.

# %% given: anomaly
# %% given: anomalies

# %% [markdown]
# The logarithm of 0 is infinite. The square root of 0 is fine, but its slope is not: checking the
# forward pass alone would not have found that.
#
# ## 11. Put to use: a classifier that learns
# In module 01 you compared digits with class means. Now a model **trains**. It computes ten scores
# for each image, $z = x W + b$; a softmax turns them into probabilities $p_i = e^{z_i} / \sum_j
# e^{z_j}$, and the loss is the mean of $-\log p$ of the right class.

# %% given: classifier

# %%
losses = []
for _ in range(200):
    loss = cross_entropy(data @ weight + bias, answers)
    weight.grad = bias.grad = None
    backward(loss)
    with no_grad():
        weight -= 1.0 * weight.grad
        bias -= 1.0 * bias.grad
    losses.append(loss.item())

# %% given: learned

# %% [markdown]
# The loss falls, first quickly, then slowly. The weights are one 8x8 picture per digit, each on its
# own scale: red where ink speaks for it, blue where ink speaks against it. The 0 has a blue hole.
#
# ## Reflection
# One `backward` computes all 650 slopes of the classifier in about the time of two forward passes;
# `numerical_gradient` would need 1,300 forward passes. Where does the difference come from? And
# what does backward need that central differences do not? Answer in two or three sentences.

# %% [markdown]
# *Your answer here.*
