# %% [markdown]
# # 02 · Automatic differentiation
#
# A network learns by asking about each of its numbers: if this one grew a little, how much would
# the loss grow? The answers are its gradients. For ten numbers one could work them out by hand,
# for ten million one writes a program that does it. At the end of this module you own that
# program, `backward`, with `no_grad` and `gradcheck`, and a classifier of handwritten digits that
# trains on it.
#
# Half of the work is done. The gate from module 01 leaves a **receipt** on a result: which
# operation made it, from which inputs. `requires_grad=True` marks a tensor whose gradient you
# want; whatever is made from it wants gradients too, and keeps a receipt. A tensor that no
# operation made is a **leaf**. In the next two cells: imports, and a walk along the receipts.

# %% given: imports

# %% given: notebook-imports

# %% given: tests

# %% given: walk

# %% [markdown]
# ## 1. Undoing a broadcast
#
# Write $\bar x$ for $\partial L/\partial x$, the gradient of the loss $L$ with respect to $x$.
# If $x$ is used in two places, $L$ changes through both of them, so $\bar x$ is the **sum** of what
# the two places send back. This one fact explains most of this module.
#
# Here it is at work. In `x + b` with shapes (5, 3) and (3,), each value of `b` is used five times,
# once in every row. So the five rows of the gradient that comes back are added up:
#
# $$y_{ij} = x_{ij} + b_j \quad\Rightarrow\quad \bar b_j = \sum_i \bar y_{ij}$$
#
# **Exercise 1 · medium · 15 minutes.** Fill in `unbroadcast`.


# %% nbgrader={"grade_id": "unbroadcast", "solution": true}
#| export
def unbroadcast(g: np.ndarray, shape: tuple) -> np.ndarray:
    """Add up the gradient `g` of a broadcast input until it has the input's own `shape`.

    Shapes: any that `shape` broadcasts to -> shape. (5, 3) -> (3,) adds up 5 rows; (5, 3) ->
    (5, 1) adds up 3 columns; (5, 3) -> () adds up everything. The dtype stays.
    """
    # Three lines: how many dimensions does `shape` lack; where does it have size 1; add up both.
    ### BEGIN SOLUTION
    extra = g.ndim - len(shape)
    stretched = tuple(d for d, n in enumerate(shape, extra) if n == 1 and g.shape[d] != 1)
    return g.sum(axis=(*range(extra), *stretched)).reshape(shape)
    ### END SOLUTION


# %% nbgrader={"grade_id": "unbroadcast-test", "grade": true, "points": 2}
# A row that was stretched over five rows, and a column that was stretched over three columns.
g, column = np.arange(15.0).reshape(5, 3), [[3.0], [12.0], [21.0], [30.0], [39.0]]
check(unbroadcast(g, (3,)), [30.0, 35.0, 40.0], "the gradient of a row (3,) used 5 times")
check(unbroadcast(g, (5, 1)), column, "the gradient of a column (5, 1) used 3 times")

# %% nbgrader={"grade_id": "unbroadcast-hidden", "grade": true, "points": 3}
# Also graded: new dimensions and stretched ones together, one value for all, nothing stretched,
# a size of 1 that stays 1, no rows at all, float32.
### BEGIN HIDDEN TESTS
g, column = np.arange(120.0).reshape(2, 4, 5, 3), np.arange(5.0).reshape(5, 1)
cases = [(g, (4, 1, 3), g.sum(axis=(0, 2)).reshape(4, 1, 3)), (g, (), 7140.0), (g, g.shape, g)]
cases += [(column, (5, 1), column), (column, (1,), [10.0]), (np.zeros((0, 3)), (3,), np.zeros(3))]
check_stretched(unbroadcast, cases)
single = np.ones((4, 2), np.float32)
close(unbroadcast(single, (2,)), [4.0, 4.0], "the gradient in float32", dtype=np.float32)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. One rule an operation
#
# Backward hands each operation $g = \bar y$, the gradient of its result. The operation answers with
# the gradient of each input, by the chain rule $g$ times the slope:
#
# $$y = f(x) \quad\Rightarrow\quad \bar x = g \cdot f'(x)$$
#
# It never sees the rest of the network. Such a rule is called a **vector-Jacobian product** (VJP):
# $g$ times the table of all slopes, the *Jacobian*, without ever writing that table down. Here it
# is a function `(g, out, *inputs)` on NumPy arrays, where `out` is the result of the forward pass.
# Where the slope can be written with it, as for `exp`, nothing is computed twice. Each *input* has
# a rule of its own, in a tuple, so that an input that wants no gradient costs nothing. For the
# sine, whose slope is the cosine: `sin: (lambda g, out, x: g * np.cos(x),)`.
#
# **Exercise 2 · easy · 15 minutes.** Fill in `elementwise_rules`.

# %% given: vjps


# %% nbgrader={"grade_id": "elementwise-rules", "solution": true}
#| export
def elementwise_rules() -> dict:
    """The rules of add, sub, mul, div, neg, exp, log and tanh: {op: (rule of input 0, ...)}.

    A rule is a function (g, out, *inputs) of arrays: g is the gradient of the result `out`. It
    returns the gradient of its input, with the shape of `out` (the caller undoes a broadcast with
    `unbroadcast`), and changes none of the arrays.
    """
    # Eight entries, a line each.
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
# add, sub, mul and exp, against the slopes you know from calculus.
check_names(elementwise_rules(), "add div exp log mul neg sub tanh", "elementwise_rules()")
g, a, b = np.array([1.0, -2.0, 0.5]), np.array([2.0, 3.0, -4.0]), np.array([5.0, -0.5, 8.0])
slopes = {(add_op, 0): g, (sub_op, 1): -g, (mul_op, 0): g * b, (mul_op, 1): g * a}
check_slopes(elementwise_rules(), slopes, g, a, b)
check_slopes(elementwise_rules(), {(exp_op, 0): g * np.exp(a)}, g, a)

# %% nbgrader={"grade_id": "elementwise-rules-hidden", "grade": true, "points": 3}
# Also graded: the other operations, inputs that were broadcast, float32, arrays left as they were.
### BEGIN HIDDEN TESTS
g, a, b = np.array([1.0, -2.0, 0.5]), np.array([2.0, 3.0, 4.0]), np.array([5.0, -0.5, 8.0])
slopes = {(add_op, 1): g, (sub_op, 0): g, (div_op, 0): g / b, (div_op, 1): -g * a / b**2}
check_slopes(elementwise_rules(), slopes, g, a, b)
check_slopes(elementwise_rules(), {(neg_op, 0): -g, (log_op, 0): g / a}, g, a)
check_slopes(elementwise_rules(), {(tanh_op, 0): g / np.cosh(b) ** 2}, g, b)
rows, row = np.full((2, 3), 2.0, np.float32), np.array([1.0, 2.0, 4.0], np.float32)
check_row_rules(elementwise_rules(), (mul_op, div_op, sub_op), rows, row)
### END HIDDEN TESTS

# %% [markdown]
# Given: the other elementwise rules, and the line that puts yours into the table `VJPS` (run that
# cell again whenever you change a rule). Some of these operations have corners, where no slope
# exists: `abs` at 0, `maximum` of equal inputs, `clamp` at its limits. There they do as PyTorch
# does.

# %% given: elementwise

# %% given: tangents

# %% [markdown]
# The figure shows three curves with dots and a straight line through each dot. Where a rule is
# right, each line runs along its curve at the dot.
#
# ## 3. Matrix products
#
# Nearly all the time of a training step goes into `a @ b`. Write out one value of the result,
# $y_{ij} = \sum_k a_{ik} b_{kj}$, and see where $a_{ik}$ was used: in row $i$, once for each $j$.
# So $\bar a_{ik} = \sum_j g_{ij} b_{kj}$, which is a matrix product again:
#
# $$\bar a = g\, b^\top, \qquad \bar b = a^\top g$$
#
# The shapes leave hardly another choice. Two products backward for one forward: a backward pass
# costs twice its forward pass.
#
# Inputs also come as stacks, such as (batch, m, k) @ (k, n). Transpose only the last two dimensions
# and leave the batches of a broadcast input where they are: the caller undoes that with
# `unbroadcast`. Given: `as_matrices`, which turns 1-D inputs into matrices.
#
# **Exercise 3 · medium · 25 minutes.** Fill in `matmul_rules`.

# %% given: as-matrices


# %% nbgrader={"grade_id": "matmul-rules", "solution": true}
#| export
def matmul_rules() -> tuple:
    """The two rules of `a @ b`: functions (g, out, a, b) giving the gradients of `a` and of `b`.

    Shapes: those of `a` and `b`, or what they broadcast to in the leading dimensions; the gradient
    of a 1-D `a` may stay the (1, k) matrix of `as_matrices`, that of a 1-D `b` loses its last 1.
    Source: Giles (2008), An extended collection of matrix derivative results, section 2.2.2.
    """
    # Two functions of two to five lines. The one for `b` has to remember whether it was 1-D.
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


# %% nbgrader={"grade_id": "matmul-rules-test", "grade": true, "points": 2}
# Square matrices, where a wrong transpose still gives a matrix; then (2, 3) @ (3, 4).
a, b = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[7.0, -1.0], [0.5, 4.0]])
g = np.array([[1.0, -2.0], [3.0, 0.5]])
slopes = [[9, -7.5], [20.5, 3.5]], [[10, -0.5], [17, -1.5]]
check_product(matmul_rules(), g, a, b, slopes, "the gradient of {name} in a @ b")
a, b, g, slopes = np.ones((2, 3)), np.full((3, 4), 2.0), np.ones((2, 4)), (8.0, 2.0)
check_product(matmul_rules(), g, a, b, slopes, "the gradient of a {shape} matrix")

# %% nbgrader={"grade_id": "matmul-rules-hidden", "grade": true, "points": 3}
# Also graded: stacks of matrices, one matrix for a stack, vectors on either side, float32.
### BEGIN HIDDEN TESTS
pairs = "23 34, 523 534, 523 34, 23 534, 2123 534, 3 34, 23 3, 3 3, 523 3, 3 534"
for part, slopes, what in random_products(matmul_rules, pairs):
    part = part.sum(axis=tuple(range(np.ndim(part) - slopes.ndim)))
    ones = tuple(d for d, n in enumerate(slopes.shape) if n == 1)
    close(part.sum(axis=ones, keepdims=True), slopes, what)
a, b = np.ones((2, 3), np.float32), np.ones((3, 2), np.float32)
check_product(matmul_rules(), a @ b, a, b, (6.0, 6.0), "a gradient in float32", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Sums, means and picked values
#
# A sum hands $g$ back to every value that went into it, a mean of $n$ values hands back $g / n$.
# Mind the shape: `x.sum(dim=1)` turns (2, 3) into (2,), and $g$ must become (2, 1) before it can be
# stretched over the columns. Given: `keep_dims` does that, whatever `dim` is, and `may_repeat` says
# whether an index may name a place twice.
#
# Indexing: `x[[0, 0, 2]]` uses the first value twice and the second one not at all. What was used
# twice gets the sum of both gradients, what was not used gets 0. Careful: `gradient[[0, 0, 2]] +=
# g` adds only *one* of two gradients for the same place; `np.add.at` adds all of them.
#
# **Exercise 4 · medium · 30 minutes.** Fill in `reduction_rules`.

# %% given: keep-dims


# %% nbgrader={"grade_id": "reduction-rules", "solution": true}
#| export
def reduction_rules() -> dict:
    """The rules of sum, mean, index (x[key]) and gather: {op: (rule,)}, for sum_op, mean_op, ...

    The rules' arguments: (g, out, x, dim=None, keepdim=False) for sum and mean, (g, out, x, key)
    for index, (g, out, x, dim, index) for gather. A rule returns the gradient of `x`, of its shape
    and dtype. A place of `x` that was picked several times gets the sum of its uses' gradients.
    Where `may_repeat(key)` is False, `gradient[key] = g` does, 20 times faster than `np.add.at`.
    """
    # Four functions of one to four lines, and the dict.
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
# Columns added up, all values averaged, a value that is picked twice, one value of each row.
rules = reduction_rules()
check_names(rules, "gather index mean sum", "reduction_rules()", "(rule,)")
x, g = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([1.0, 10.0, 100.0])
check_rule(rules[sum_op], g, x.sum(axis=0), x, [[1.0, 10.0, 100.0]] * 2, "x.sum(dim=0)", dim=0)
check_rule(rules[mean_op], np.array(3.0), x.mean(), x, np.full((2, 3), 0.5), "x.mean()")
x, key = np.array([7.0, 8.0, 9.0]), np.array([0, 0, 2])
check_rule(rules[index_op], g, x[key], x, [11.0, 0.0, 100.0], "x[[0, 0, 2]]", key=key)
x, g, index = np.arange(6.0).reshape(2, 3), np.array([[5.0], [7.0]]), np.array([[2], [0]])
check_gather(rules, g, x, [[0, 0, 5], [7, 0, 0]], 1, index, "[[2], [0]]")

# %% nbgrader={"grade_id": "reduction-rules-hidden", "grade": true, "points": 3}
# Also graded: every dim with and without keepdim, means along a dimension, slices, masks and
# pairs of indices, gather in both dimensions, float32.
### BEGIN HIDDEN TESTS
rules, x = reduction_rules(), np.arange(24.0).reshape(2, 3, 4)
check_reductions(rules, x, dims=(None, 0, 1, 2, -1, (0, 2)))
x, twice = np.arange(12.0).reshape(3, 4), (np.array([0, 0, 2]), np.array([1, 1, 3]))
keys = {"x[:, 1:3]": np.s_[:, 1:3], "x[..., 0]": np.s_[..., 0], "x[1]": 1, "x[x > 4.5]": x > 4.5}
keys |= {"x[[0, 0, 2], [1, 1, 3]]": twice, "x[:, [3, 3, 0]]": np.s_[:, np.array([3, 3, 0])]}
check_indexing(rules, x, keys)
g, index = np.array([[1.0, 10.0], [100.0, 1000.0]]), np.array([[2, 2], [0, 3]])
check_gather(rules, g, x, [[0, 0, 11, 0], [100, 0, 0, 1000], [0] * 4], 1, index)
check_gather(rules, g, x, [[100, 1000, 0, 0], [0] * 4, [1, 10, 0, 0]], 0, index % 3)
small, ones = np.ones((2, 3), np.float32), np.ones(3, np.float32)
close(rules[mean_op][0](ones, ones, small, dim=0), np.full((2, 3), 0.5), "float32", dtype="float32")
close(rules[index_op][0](ones, ones, small, key=0), [[1] * 3, [0] * 3], "float32", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# Given: the largest value (its gradient goes to where it stood), changes of shape (undo the
# change), `cat` (each input gets its piece of $g$), and the lines that put your rules into
# `VJPS` (run them again, too, whenever you change a rule).

# %% given: shapes

# %% [markdown]
# ## 5. In which order?
#
# A tensor may hand its gradient on only when that is complete: when **all** its uses have sent
# theirs back. Look at $a$ in this graph, which has the shape of a diamond:
#
# $$a = \sin x, \qquad b = a + x, \qquad y = a \cdot b$$
#
# Go depth-first from $y$, into $a$ at once, and you are at $x$ before $b$ has sent its part to
# $a$. You would have to come back and do all that lies behind $a$ a second time; with sixty
# diamonds in a row that makes $2^{60}$ visits.
#
# The serial numbers on the receipts settle it. An operation runs after its inputs were made, so
# every *use* of $a$ has a larger number than $a$ itself. Go from the **latest made** to the first,
# and in any graph all uses of a tensor come before it. Such an order is called a **topological
# order**.
#
# **Exercise 5 · medium · 20 minutes.** Fill in `graph_order`. Of the inputs only those matter that
# are a `Tensor` (numbers are among them too) and have a receipt (`grad_fn`).


# %% nbgrader={"grade_id": "order", "solution": true}
#| export
def graph_order(y: Tensor) -> list:
    """The tensors with a receipt that `y` was made from, `y` among them, latest made first.

    Each stands there once, however many paths lead to it; leaves do not. Takes time in proportion
    to the number of operations, at any depth.
    """
    # Eight lines: collect, without recursion; then sort by `grad_fn.serial`.
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
# The diamond: sin is used by add and by mul.
x = tensor([1.0, 2.0], requires_grad=True)
a, what = x.sin(), "the order of y = a * (a + x) with a = sin(x)"
check_order(graph_order(a * (a + x)), ["mul", "add", "sin"], what)
check_order(graph_order(a * a), ["mul", "sin"], "the order of a * a")
equal(len(graph_order(x)), 0, "the number of receipts behind a leaf")

# %% nbgrader={"grade_id": "order-hidden", "grade": true, "points": 3}
# Also graded: paths of different lengths, numbers among the inputs, results without receipts,
# the very tensors (not copies), 20,000 operations in a chain, 16 diamonds in a row.
### BEGIN HIDDEN TESTS
x = tensor([1.0, 2.0], requires_grad=True)
late, early = ((x.exp() + 1.0).cos() * 2.0).tanh(), x.neg()
order = graph_order((late + early.sin()) * early)
names = ["mul", "add", "sin", "neg", "tanh", "mul", "cos", "add", "exp"]
check_order(order, names, "the order where paths differ in length")
y = x.sin() * tensor([3.0, 4.0]).exp()
equal(len(graph_order(y)), 2, "the number of receipts where one input wants no gradient")
true(graph_order(y)[0] is y, "the first tensor", expected="y itself, not a copy")
check_chain(graph_order, x, 20_000)
check_diamonds(graph_order, x, 16)
### END HIDDEN TESTS

# %% [markdown]
# With an order, a graph can be drawn. Given: `draw_graph(y)` shows each tensor as a box with its
# shape, its values if they are few, and its gradient if it has one, and above it the operation that
# made it. Leaves that want gradients are yellow, tensors that want none grey.

# %% given: draw-graph

# %% given: diamond

# %% [markdown]
# The picture shows the diamond: x at the top, sin(x) below it, used by add and by mul, and y at the
# bottom. Follow the lines up from y: whoever enters sin(x) before add does so too early.
#
# ## 6. Backward
#
# Now it all comes together. Going through the graph from the loss back to the leaves is called
# **backpropagation**, or **reverse-mode** automatic differentiation. `backward(y)` keeps a dict of
# the gradients that are on their way.
#
# - It begins with $\bar y = 1$ (given: `first_gradient`, which asks for a `gradient` where `y` has
#   several values).
# - It takes the tensors in `graph_order`. The gradient of each is complete when its turn comes. It
#   leaves the dict, its rules make gradients for its inputs (given: `input_gradients`, pairs of an
#   input and its gradient), and each is **added** to what that input already has.
# - Leaves are what remains in the dict. Their gradients are added to `.grad` (given:
#   `accumulate_grad`). Added, not written, so that a batch too large for memory can be done in
#   pieces; a training loop sets `.grad` to `None` before each step. Only leaves keep a gradient:
#   nobody asks for the others, and they would fill the memory. `h.retain_grad()` asks for one.
#
# A receipt holds arrays that the rules need. Once used, `FREED` takes its place, and their memory
# can go. That is why a **second backward fails**, unless the first had `retain_graph=True`.
#
# One trap: a rule may hand back the very array it was given (`add` does, to both inputs). Adding to
# it with `+=` changes the gradient of somebody else. Write `grads[x] = grads[x] + part`.
#
# **Exercise 6 · hard · 30 minutes.** Fill in `backward`.

# %% given: backward


# %% nbgrader={"grade_id": "backward", "solution": true}
#| export
def backward(y: Tensor, gradient=None, retain_graph: bool = False) -> None:
    """Add the gradient of `y` to `.grad` of every leaf that it was made from and that wants one.

    gradient: where `y` has several values, the gradient of each, in the shape of `y`.
    retain_graph: keep the receipts, so that backward can run again.
    A result that `retains_grad` gets its `.grad` too. Arrays of rules are never changed in place.
    Raises: RuntimeError, see `first_gradient` and `rules_of`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html
    """
    # Ten to fifteen lines: the dict; a loop over results, in it one over inputs; the leaves.
    ### BEGIN SOLUTION
    grads, owned = {y: first_gradient(y, gradient)}, set()
    for out in graph_order(y):
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
    for leaf, g in grads.items():
        accumulate_grad(leaf, g)
    ### END SOLUTION


# %% nbgrader={"grade_id": "backward-test", "grade": true, "points": 2}
# Two operations in a row; a value that is used twice; an input that wants no gradient.
plus, given = plus_op(), np.array([1.0, 10.0, 100.0])
x, _, y = sine_of_square([0.5, 1.0, 2.0])
backward(y, given)
check(x.grad, 2 * x.array * np.cos(x.array**2) * given, "the gradient of sin(x**2)")
(x,), y = leaves(3.0), tensor(np.array(5.0))
backward(plus(plus(x.sin(), x**2), y))
check(x.grad, np.cos(3.0) + 6.0, "the gradient of x in sin(x) + x**2 + y for x = 3")
check_none("the gradient of y, which wants none", "one", y.grad)

# %% nbgrader={"grade_id": "backward-hidden", "grade": true, "points": 3}
# Also graded: gradients that add up over two calls, a second backward, retain_graph, retain_grad,
# no gradients left on the way, arrays that nobody else may change, 12 diamonds in a row, float32.
### BEGIN HIDDEN TESTS
(x,) = leaves([1.0, -2.0])
backward(x**2, np.ones(2))
backward(x**2, np.ones(2))
check(x.grad, [4.0, -8.0], "the gradient of x**2 after two calls of backward")
x, middle, y = sine_of_square(2.0)
backward(y)
check_none("the gradient of a tensor on the way", "kept all the same", middle.grad, y.grad)
check_used_up(backward, y, "a second backward through the same graph")
check_used_up(backward, middle.cos(), "backward through a graph that shares a used-up part")
x, middle, y = sine_of_square(2.0)
middle.retain_grad()
backward(y, retain_graph=True)
close(middle.grad, np.cos(4.0), "the gradient of a tensor on the way, after retain_grad()")
backward(y)
close(x.grad, 8 * np.cos(4.0), "the gradient after two calls, the first with retain_graph=True")
(a, b), plus, seed = leaves([1.0, 2.0], [1.0, 2.0]), plus_op(), np.array([1.0, 10.0])
backward(plus(plus(a, b), a), seed)
check(b.grad, [1.0, 10.0], "the gradient of b in (a + b) + a")
close(a.grad, [2.0, 20.0], "the gradient of a in (a + b) + a")
close(seed, [1.0, 10.0], "the gradient that was given, after backward")
check_memory(a.grad.array, b.grad.array, seed)
x = tensor([1.0, -1.0], requires_grad=True)
backward(sum_of_halves(x, 12), [3.0, 5.0])
close(x.grad, [3.0, 5.0], "the gradient through 12 diamonds of two halves", dtype=np.float32)
true(isinstance(x.grad, Tensor), "what .grad is", expected="a Tensor")
### END HIDDEN TESTS

# %% given: gradients

# %% [markdown]
# Read the picture from the bottom. The last `mul` uses `error` twice (two lines), so the gradient
# of `error` is $2 \cdot (-1.5) = -3$. `b` gets the same $-3$, and `w` gets $-3$ times its inputs.
#
# ## 7. Without receipts
#
# Receipts keep arrays in memory. While a finished model only predicts (**inference**), or while
# weights are updated, nobody needs them. The gate leaves receipts only while `grad_mode.enabled` is
# True; each thread has a `mode` of its own.
#
# `no_grad` makes a block without receipts. With `@contextmanager`, what stands before `yield`
# happens at the start of a `with` block, what stands after it at the end. If the block raises an
# error, that error appears *at the `yield`*.
#
# **Exercise 7 · easy · 10 minutes.** Fill in `no_grad`.


# %% nbgrader={"grade_id": "no-grad", "solution": true}
#| export
@contextmanager
def no_grad():
    """Inside `with no_grad():`, or in a function decorated with it, operations leave no receipts.

    Afterwards `grad_mode.enabled` is as it was before, also after an error, also when nested.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.no_grad.html
    """
    # Five lines: remember and switch off; yield; put back what was there.
    ### BEGIN SOLUTION
    before, grad_mode.enabled = grad_mode.enabled, False
    try:
        yield
    finally:
        grad_mode.enabled = before
    ### END SOLUTION


# %% nbgrader={"grade_id": "no-grad-test", "grade": true, "points": 2}
# No receipts inside, receipts again afterwards.
x = tensor([1.0, 2.0], requires_grad=True)
with no_grad():
    inside = x.exp()
check_none("the receipt of what was made inside no_grad()", "a receipt", inside.grad_fn)
equal(inside.requires_grad, False, "requires_grad of what was made inside no_grad()")
equal(x.exp().requires_grad, True, "requires_grad of what was made after no_grad()")
equal(x.requires_grad, True, "requires_grad of the leaf itself")

# %% nbgrader={"grade_id": "no-grad-hidden", "grade": true, "points": 3}
# Also graded: an error inside, one no_grad inside another, a decorated function, other threads.
### BEGIN HIDDEN TESTS
with suppress(KeyError), no_grad():
    raise KeyError("from inside")
check_mode(True, "grad_mode.enabled after an error inside no_grad()")
with no_grad():
    with no_grad():
        pass
    check_mode(False, "grad_mode.enabled after the inner of two no_grad()")
check_mode(True, "grad_mode.enabled after both no_grad()")
check_decorated(no_grad()(recorded))
check_mode(True, "grad_mode.enabled after the decorated function")
with no_grad():
    check_other_thread("grad_mode.enabled in another thread")
### END HIDDEN TESTS

# %% [markdown]
# Given: the opposite, `enable_grad`, and `set_grad_enabled`, which works as a block or as a plain
# call, as in PyTorch.

# %% given: enable-grad

# %% given: kept

# %% [markdown]
# Updating weights is the other use: under `no_grad`, `w -= 0.1 * w.grad` overwrites a leaf **in
# place**. If a rule still needs the old value, backward would silently compute nonsense. So each
# write counts up the **version counter** of that memory, and backward refuses:

# %% given: overwritten

# %% [markdown]
# ## 8. Trust, but measure
#
# A wrong rule raises no error. The network only learns badly, and you look for the reason
# everywhere else. But a slope can be measured: move one value a little to either side and see how
# much the result moves. With $e_i$, which is 1 at place $i$ and 0 elsewhere, the **central
# difference**, a **finite difference** taken on both sides, is
#
# $$\partial f / \partial x_i \approx (f(x + \epsilon e_i) - f(x - \epsilon e_i)) / 2 \epsilon$$
#
# Two evaluations for each value are far too slow to train with, and all one needs to check a rule.
#
# **Exercise 8 · easy · 15 minutes.** Fill in `numerical_gradient`.


# %% nbgrader={"grade_id": "gradcheck", "solution": true}
#| export
def numerical_gradient(f, x: np.ndarray, eps: float = 1e-6) -> np.ndarray:
    """The gradient of `f()` with respect to the float64 array `x`, by central differences.

    f: a function without arguments that reads `x` and returns a number. `x` is left as it was.
    Shapes: any, 0-d too -> as `x`. The error is of the order eps**2.
    """
    # Nine lines: `for place in np.ndindex(x.shape)` goes through all places.
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


# %% nbgrader={"grade_id": "gradcheck-test", "grade": true, "points": 2}
# The slopes of x0**2 + 3 * x1 are 2 * x0 and 3.
x, what = np.array([3.0, 1.0]), "the gradient of x0**2 + 3 * x1"
check(numerical_gradient(lambda: x[0] ** 2 + 3 * x[1], x), [6.0, 3.0], what, atol=1e-6)

# %% nbgrader={"grade_id": "gradcheck-hidden", "grade": true, "points": 3}
# Also graded: the error is that of a central difference, x is left as it was to the last digit,
# 2-D, transposed, 0-d and empty arrays.
### BEGIN HIDDEN TESTS
x, what = np.array([1.0, -2.0]), "the gradient of x**3, eps=0.5"  # off by exactly eps**2
check(numerical_gradient(lambda: (x**3).sum(), x, eps=0.5), [3.25, 12.25], what, rtol=1e-9)
x = np.array([0.1, 0.7, 1e6])
numerical_gradient(lambda: x.sum(), x, eps=1e-3)
equal_to_the_last_digit(x, [0.1, 0.7, 1e6], "x afterwards")
table, weights = np.arange(6.0).reshape(2, 3), np.array([[1.0, -2.0, 3.0], [0.5, 0.0, 4.0]])
for array in (table, np.asfortranarray(table)):
    slopes = numerical_gradient(lambda: (weights * array**2).sum(), array)  # noqa: B023 - at once
    close(slopes, 2 * weights * table, "the gradient of a (2, 3) array", atol=1e-6)
single, what = np.array(2.0), "the gradient of a 0-d array"
close(numerical_gradient(lambda: float(single) ** 2, single), 4.0, what, atol=1e-6)
slopes = numerical_gradient(lambda: 0.0, np.zeros((0, 3)))
equal(np.shape(slopes), (0, 3), "the shape of the gradient of an empty array")
### END HIDDEN TESTS

# %% [markdown]
# Given: `gradcheck` puts your `backward` beside your `numerical_gradient`, in float64. Every later
# module checks its gradients with it.

# %% given: gradcheck

# %% given: gradchecks

# %% [markdown]
# **Predict, then measure.** By Taylor's formula the error of a central difference is $\epsilon^2
# f^{(3)}(x) / 6$: smaller steps, smaller error. But a float64 has 16 digits, and the difference of
# two nearly equal numbers loses most of them (**catastrophic cancellation**). So there is a best
# $\epsilon$. Write down your guess before you run the second cell.

# %%
my_guess = 1e-12  # change this: which eps has the smallest error for sin at x = 1?

# %% given: valley

# %% [markdown]
# The figure is a valley: on the right the error falls with eps², on the left it rises as 1 / eps
# and scatters. The bottom lies near eps = 1e-5, where both are equal. In float32, with 7 digits,
# the best error would be near 1e-4, as large as that of some wrong rules: `gradcheck` uses
# float64.
#
# ## 9. Where did the NaN come from?
#
# One day your loss will be `nan`, made by one operation among thousands. Given: inside
# `with detect_anomaly():` each result and each gradient is looked at as it is made, and the first
# that is NaN or infinite raises an error with the name of its operation. It is slow: switch it on
# when you need it.

# %% given: anomaly

# %% given: anomalies

# %% [markdown]
# The logarithm of 0 is infinite. The square root of 0 is fine, but its slope is not: no look at the
# forward pass would have found that.
#
# ## 10. Put to use: a classifier that learns
#
# In module 01 you compared digits with class means. Now a model **trains**. It computes ten scores
# for each image, $z = x W + b$, a softmax turns them into probabilities, and the loss is the mean
# of $-\log p$ of the right class. The largest score is taken out first, so that `exp` never
# overflows:
#
# $$\log p_i = z_i - m - \log \sum_j e^{z_j - m}, \qquad m = \max_j z_j$$

# %% given: classifier

# %%
losses, norms = [], []
for _ in range(200):
    loss = cross_entropy(data @ weight + bias, answers)
    weight.grad = bias.grad = None
    backward(loss)
    with no_grad():
        weight -= 1.0 * weight.grad
        bias -= 1.0 * bias.grad
    losses.append(loss.item())
    norms.append([np.linalg.norm(p.grad.numpy()) for p in (weight, bias)])

# %% given: learned

# %% [markdown]
# The loss falls, first quickly, then slowly, and the norms of both gradients fall with it. Below,
# the weights as one 8x8 picture for each digit: red where ink speaks for it, blue where ink speaks
# against it. The 0 has a blue hole in the middle.
#
# ## Reflection
#
# One `backward` computes all 650 slopes of the classifier in about the time of two forward passes;
# `numerical_gradient` would need 1,300 forward passes. Where does the difference come from? And
# what does backward need that central differences do not? Answer in two or three sentences.

# %% [markdown]
# *Your answer here.*
