# %% [markdown]
# # 08 · Normalization
#
# In a network of fifty layers, the output of each layer is the input of the next. If every layer
# makes the values 10% smaller, only $0.9^{50}$, half a percent, is left at the end; if each makes
# them 10% larger, they grow a hundredfold. The gradient, going back, vanishes or explodes as well.
# Initialization (module 03) sets the balance at the start, but cannot keep it while weights change.
#
# **Normalization** does not hope for the right scale, it sets it: subtract the mean, divide by the
# standard deviation. At the end of this module you own PyTorch's `BatchNorm1d`, `LayerNorm`,
# `GroupNorm` and `RMSNorm`, each one fused operation, and a perceptron of fifty layers that learns
# to read digits.
#
# First, see the trouble.

# %% given: imports
# %% given: notebook-imports
# %% given: tests
# %% given: deep
# %% given: trouble

# %% [markdown]
# With Kaiming's weights the standard deviation of the outputs, their spread, stays roughly level.
# With weights 20% smaller it falls by a factor of more than 100,000 over fifty layers; with weights
# 20% larger it grows more than a thousandfold.
#
# ## 1. Mean 0, standard deviation 1
#
# Take a group of $n$ values, and bring it to mean 0 and standard deviation 1:
#
# $$\mu = \frac1n \sum_i x_i \qquad v = \frac1n \sum_i (x_i - \mu)^2 \qquad
# r = \frac{1}{\sqrt{v + \varepsilon}} \qquad \hat x_i = (x_i - \mu)\, r$$
#
# A small $\varepsilon$ keeps a group of equal values from being divided by 0. The layers of this
# module differ only in which values form a group: **layer norm** takes the features of one example,
# **batch norm** takes one feature of all examples. In a table (examples, features) that means dim 1
# or dim 0.
#
# Subtract the mean *before* you square. On paper, $v$ is also the mean of the squares less $\mu^2$.
# But far from 0 that is the difference of two large, nearly equal numbers, and few of float32's
# seven digits are left (catastrophic cancellation, module 02).
#
# Given: `average(dims, a)`; with two arrays, `average(dims, a, b)` is the average of their product.
# `total` gives sums in the same way.

# %% given: average

# %% [markdown]
# **Exercise 1 · easy · 15 minutes.** Fill in `normalize`.

# %% nbgrader={"grade_id": "normalize", "solution": true}
#| export
def normalize(x: np.ndarray, dims: tuple, eps: float) -> tuple:
    """(normed, mean, var, inverse): `x` brought to mean 0 and deviation 1 along `dims`, and how.

    var: the mean square of what is left when the mean is subtracted (divided by n, not n - 1).
    inverse: 1 / sqrt(var + eps).
    Shapes: normed as x; the other three as x with size 1 at `dims`. The dtype stays, and so does x.
    Source: Ioffe and Szegedy (2015), Batch Normalization, algorithm 1, arXiv:1502.03167.
    """
    # Five or six lines. `average(dims, a, a)` is the mean square of a.
    ### BEGIN SOLUTION
    mean = average(dims, x)
    normed = x - mean
    var = average(dims, normed, normed)
    inverse = 1 / np.sqrt(var + eps)  # (n, 1), as mean and var, for x (n, c) and dims (1,)
    normed *= inverse  # in place: this array is ours
    return normed, mean, var, inverse
    ### END SOLUTION


# %% nbgrader={"grade_id": "normalize-test", "grade": true, "points": 2}
# Two rows of four values, one of them constant, with a large eps so that its place shows.
x = np.array([[1.0, 3.0, 5.0, 7.0], [2.0, 2.0, 2.0, 2.0]])
normed, mean, var, inverse = normalize(x, (1,), 4.0)
check(mean, [[4], [2]], "the mean of each row")
check(var, [[5], [0]], "the variance of each row")
check(inverse, [[1 / 3], [1 / 2]], "the inverse deviation of each row")
check(normed, [[-1, -1 / 3, 1 / 3, 1], [0] * 4], "the normalized rows")

# %% nbgrader={"grade_id": "normalize-test-2", "grade": true, "points": 1}
# Along columns and several dimensions; x stays as it was; float32, far from 0.
x = np.arange(24.0).reshape(2, 4, 3) ** 2
for dims in ((0,), (1, 2), (0, 2)):
    found = unchanged(partial(normalize, dims=dims, eps=0.1), x=x)
    what = f"of a (2, 4, 3) along {dims}"
    close(found[1], x.mean(axis=dims, keepdims=True), f"the mean {what}")
    close(found[2], x.var(axis=dims, keepdims=True), f"the variance {what}")
    close(found[0], normed_of(x, dims, 0.1)[0], f"the normalized values {what}")
hint = "subtract the mean before squaring: mean(x * x) - mean**2 subtracts two large numbers"
single = normalize(np.array([[10001.0, 10002.0, 10003.0]], np.float32), (1,), 0.1)
close(single[2], [[2 / 3]], "the variance of 10001, 10002, 10003 in float32", hint=hint)
for part, name in zip(single, ("normed", "mean", "var", "inverse"), strict=True):
    equal(str(part.dtype), "float32", f"the dtype of {name}, from float32")

# %% nbgrader={"grade_id": "normalize-hidden", "grade": true, "points": 2}
# Also graded: other shapes, dims and values; float64; a table without rows.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
for shape, dims in (((5, 3), (0,)), ((2, 4, 3), (2,)), ((3, 2, 5), (1, 2)), ((2, 3, 2), (0, 2))):
    x = rng.normal(2.0, 3.0, size=shape)
    found, what = normalize(x, dims, 0.1), f"of {shape} along {dims}"
    normed, inverse = normed_of(x, dims, 0.1)
    close(found[1], x.mean(axis=dims, keepdims=True), f"the mean {what}")
    close(found[2], x.var(axis=dims, keepdims=True), f"the variance {what}")
    close(found[3], inverse, f"the inverse deviation {what}")
    close(found[0], normed, f"the normalized values {what}", dtype="float64")
equal(normalize(np.ones((0, 3)), (1,), 0.1)[0].shape, (0, 3), "the shape for no rows")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The way back
#
# Moving one $x_k$ moves the mean and the variance, and with them every value of the group. Two
# derivatives are all it takes. From $\partial\mu/\partial x_k = 1/n$ and
# $\partial v/\partial x_k = 2 (x_k - \mu)/n$:
#
# $$\frac{\partial \hat x_i}{\partial x_k} = r\,\Big(1_{i=k} - \frac1n - \frac{\hat x_i \hat x_k}{n}
# \Big) \qquad\Rightarrow\qquad
# \bar x_k = \sum_i g_i\,\frac{\partial \hat x_i}{\partial x_k}$$
#
# That sum (a vector-Jacobian product, as every rule computes one) is yours to carry out. No table
# of derivatives is left in the result, only two averages. Without them, as if mean and deviation
# were constants, training pushes with all its force in directions that the layer takes out again.
#
# **Exercise 2 · hard · 25 minutes.** Fill in `normalize_rule`.


# %% nbgrader={"grade_id": "normalize-rule", "solution": true}
#| export
def normalize_rule(g: np.ndarray, normed: np.ndarray, inverse: np.ndarray, dims: tuple):
    """The gradient of x, if `g` is the gradient of `normed`, the first result of `normalize`.

    Shapes: g and normed as x, inverse with size 1 at `dims` -> as x. The dtype stays; no array
    that came in is changed.
    """
    # One line, or four that work in place.
    ### BEGIN SOLUTION
    part = normed * -average(dims, g, normed)
    part += g
    part -= average(dims, g)
    part *= inverse
    return part
    ### END SOLUTION


# %% nbgrader={"grade_id": "normalize-rule-test", "grade": true, "points": 3}
# The values 1, 3, 5, 7 with eps = 4, so that r = 1/3.
normed, inverse = np.array([[-1.0, -1 / 3, 1 / 3, 1.0]]), np.array([[1 / 3]])
g = np.array([[1.0, 0.0, 2.0, 5.0]])
expected = [[1 / 18, -29 / 54, -7 / 54, 11 / 18]]
check(normalize_rule(g, normed, inverse, (1,)), expected, "the gradient of four values")

# %% nbgrader={"grade_id": "normalize-rule-test-2", "grade": true, "points": 1}
# Rows, columns, two dimensions, against a measured slope; arrays stay as they were; float32.
for shape, dims in (((2, 3), (1,)), ((4, 2), (0,)), ((2, 2, 3), (0, 2))):
    x, g = np.cos(np.arange(math.prod(shape)) ** 2).reshape(shape), np.ones(shape).cumsum(-1) ** 2
    normed, inverse = normed_of(x, dims, 0.3)
    found = unchanged(partial(normalize_rule, dims=dims), g=g, normed=normed, inverse=inverse)
    what, expected = f"the gradient of an x {shape} along {dims}", slope(normed_of, x, g, dims, 0.3)
    close(found, expected, what, rtol=1e-5, atol=1e-6)
g, normed, inverse = (np.ones(shape, np.float32) for shape in ((2, 3), (2, 3), (2, 1)))
found, what = normalize_rule(g, normed, inverse, (1,)), "the gradient of x in float32"
close(found, -np.ones((2, 3)), what, dtype="float32")

# %% nbgrader={"grade_id": "normalize-rule-hidden", "grade": true, "points": 2}
# Also graded: other shapes, one to three dimensions, random values; float64.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(1)
for shape, dims in (
    ((5, 3), (0,)),
    ((3, 5), (1,)),
    ((2, 3, 4), (2,)),
    ((2, 3, 4), (1, 2)),
    ((2, 2, 3, 2), (0, 2, 3)),
):
    x, g = rng.normal(size=(2, *shape))
    what, expected = f"the gradient of an x {shape} along {dims}", slope(normed_of, x, g, dims, 0.3)
    found = normalize_rule(g, *normed_of(x, dims, 0.3), dims)
    close(found, expected, what, rtol=1e-5, atol=1e-6, dtype="float64")
### END HIDDEN TESTS

# %% [markdown]
# Look at what this gradient is like. In each group it adds up to 0, since adding a constant to all
# values changes nothing downstream. And it has no part along $\hat x$ (except for $\varepsilon$),
# since scaling all values changes nothing either. Normalization takes two directions away, and the
# gradient knows.
#
# ## 3. A learned scale and shift
#
# Mean 0 and deviation 1 are a good start, but a layer may need others. So each feature gets a
# weight $\gamma$ and a bias $\beta$, which are learned: $y = \gamma \hat x + \beta$, an **affine**
# map. In a table (rows, features) or (batch, channels, length) they run along dim 1, and are the
# same everywhere else. What is used several times gets the sum of the gradients, as always.
#
# Given: `along_dim_1` gives a weight the shape in which it meets such a table.

# %% given: along-dim-1

# %% [markdown]
# **Exercise 3 · medium · 20 minutes.** Fill in `affine_rules`.


# %% nbgrader={"grade_id": "affine-rules", "solution": true}
#| export
def affine_rules() -> tuple:
    """Three rules of y = normed * weight + bias, for normed, weight and bias: (g, normed, weight).

    Shapes: g and normed (n, c) or (n, c, l), weight (c,) -> (n, c) or (n, c, l); (c,); (c,).
    The dtypes stay; no array that came in is changed.
    """
    # Three functions of a line each, and perhaps one that names the dimensions other than 1.
    ### BEGIN SOLUTION

    def others(g):
        return tuple(d for d in range(g.ndim) if d != 1)

    def for_normed(g, normed, weight):
        return g * along_dim_1(weight, g.ndim)  # (n, c, l) * (c, 1)

    def for_weight(g, normed, weight):
        return total(others(g), g, normed).reshape(-1)  # (1, c) or (1, c, 1) -> (c,)

    def for_bias(g, normed, weight):
        return total(others(g), g).reshape(-1)

    return for_normed, for_weight, for_bias
    ### END SOLUTION


# %% nbgrader={"grade_id": "affine-rules-test", "grade": true, "points": 2}
# Two rows of three features.
for_normed, for_weight, for_bias = affine_rules()
g, normed = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 4.0]]), np.array([[1.0, 0, -1], [-2, 3, 1]])
weight = np.array([10.0, 2.0, -1.0])
check(for_normed(g, normed, weight), [[10, 4, -3], [5, -2, -4]], "the gradient of normed")
check(for_weight(g, normed, weight), [0, -3, 1], "the gradient of the weight")
check(for_bias(g, normed, weight), [1.5, 1, 7], "the gradient of the bias")

# %% nbgrader={"grade_id": "affine-rules-test-2", "grade": true, "points": 1}
# Sequences, with a length equal to the channels; arrays stay as they were; float32.
g, weight = np.arange(18.0).reshape(2, 3, 3) - 5, np.array([1.0, 10.0, 100.0])
normed = np.sin(g)
arrays = {"g": g, "normed": normed, "weight": weight}
found = [unchanged(in_order(rule), **arrays) for rule in affine_rules()]
wrong = {"the weight runs along the last dimension": g * weight}
what = "the gradient of normed (2, 3, 3)"
close(found[0], g * weight[:, None], what, suspects=wrong)
wrong, what = {"only the batch was summed over": (g * normed).sum(0)}, "the gradient of the weight"
close(found[1], (g * normed).sum((0, 2)), f"{what} for (2, 3, 3)", suspects=wrong)
close(found[2], g.sum((0, 2)), "the gradient of the bias for (2, 3, 3)")
g, normed, weight = (np.ones(shape, np.float32) for shape in ((4, 3), (4, 3), (3,)))
for rule, expected in zip(affine_rules(), (np.ones((4, 3)), [4] * 3, [4] * 3), strict=True):
    close(rule(g, normed, weight), expected, "a gradient in float32", dtype="float32")

# %% nbgrader={"grade_id": "affine-rules-hidden", "grade": true, "points": 2}
# Also graded: other shapes, one channel, as many rows as channels, no rows; float64.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(2)
for shape in ((3, 3), (2, 3, 4), (4, 3, 3), (1, 3, 1), (0, 3), (5, 1), (2, 1, 3)):
    (g, normed), weight = rng.normal(size=(2, *shape)), rng.normal(size=shape[1])
    dims = tuple(d for d in range(len(shape)) if d != 1)
    found = [rule(g, normed, weight) for rule in affine_rules()]
    expected = g * weight.reshape(-1, *[1] * (len(shape) - 2))
    close(found[0], expected, f"the gradient of normed of shape {shape}", dtype="float64")
    close(found[1], (g * normed).sum(axis=dims), f"the gradient of the weight, {shape}")
    close(found[2], g.sum(axis=dims), f"the gradient of the bias, {shape}")
### END HIDDEN TESTS

# %% [markdown]
# Given: your parts, joined to one operation. In the shape `view`, groups lie along `dims`; in the
# shape `table`, the weight runs along dim 1. What the backward pass needs is saved in the node of
# the graph (the receipt, `grad_fn`): the normalized values and the inverse deviations, no more.
# Batch norm, which comes next, also hands in `running`.

# %% given: layer-norm
# %% given: norm-gap

# %%
gaps = norm_gap()
print("layer norm, fused and written with tensors: largest differences of result and gradients")
print(*(f"{gap:.1e}" for gap in gaps))
assert max(gaps) < 1e-5, "the fused layer norm and the composed one should agree"

# %% [markdown]
# ## 4. Batch norm, which remembers
#
# Batch norm compares an example with the others of its batch. At **inference**, when the model is
# used, there may be no others. So in training it keeps **running statistics**, and uses them then:
#
# $$\text{running} \leftarrow (1 - m)\,\text{running} + m\,\text{batch}$$
#
# with a momentum $m$ of 0.1: a batch ten steps back counts a third as much as the newest. (An
# optimizer's momentum is the share of the old; here, as in PyTorch, it is the share of the *new*.)
# The formula is meant as it stands. $\text{running} + m\,(\text{batch} - \text{running})$ is equal
# on paper, but where the old value is huge, the difference no longer holds the new one's digits.
#
# And a subtlety: the variance of a sample of $n$ values, divided by $n$, is too small on average,
# by the factor $(n - 1)/n$, because the mean was fitted to the same sample. The batch is normalized
# with that one. What is remembered, to stand for all data, is corrected (**Bessel's correction**).
#
# **Exercise 4 · medium · 15 minutes.** Fill in `update_running`.


# %% nbgrader={"grade_id": "running", "solution": true}
#| export
def update_running(running_mean, running_var, mean, var, count: int, momentum: float) -> None:
    """Move the running statistics by `momentum` towards those of a batch, in place.

    mean, var: of the batch, var divided by `count`, the number of values behind each (at least 2).
    running_var moves towards the variance divided by `count - 1`. With a momentum of 1 the running
    statistics become those of the batch, digit for digit. All arrays have the shape (c,), and those
    of the batch are not changed.
    """
    # Two to four lines.
    ### BEGIN SOLUTION
    unbiased = var * (count / (count - 1))
    running_mean[...] = (1 - momentum) * running_mean + momentum * mean
    running_var[...] = (1 - momentum) * running_var + momentum * unbiased
    ### END SOLUTION


# %% nbgrader={"grade_id": "running-test", "grade": true, "points": 2}
# Two channels, a batch of five, a momentum of a quarter.
means, variances = np.array([0.0, 8.0]), np.array([2.0, 6.0])
batch = {"mean": np.array([4.0, 0.0]), "var": np.array([4.0, 8.0])}
unchanged(lambda mean, var: update_running(means, variances, mean, var, 5, 0.25), **batch)
check(means, [1, 6], "the running mean")
check(variances, [2.75, 7], "the running variance")

# %% nbgrader={"grade_id": "running-test-2", "grade": true, "points": 2}
# Other momentums; with momentum 1 only the batch counts, even after a mean of 100 million.
for momentum in (0.1, 0.0):
    means, variances = np.array([2.0, -1.0]), np.array([1.0, 3.0])
    update_running(means, variances, np.array([1.0, 5.0]), np.array([2.0, 6.0]), 3, momentum)
    expected = [2 - momentum, -1 + 6 * momentum], [1 + 2 * momentum, 3 + 6 * momentum]
    close(means, expected[0], f"the running mean, momentum {momentum}")
    close(variances, expected[1], f"the running variance, momentum {momentum}")
old, new = np.array([1e8, 2.0], np.float32), np.array([1.5, 3.0], np.float32)
means, variances, what = old.copy(), old.copy(), "after 1e8 and 2 in float32, momentum 1"
update_running(means, variances, new, new, 4, 1.0)
wrong = {"moved by the difference, which has lost the digits of the batch": [0, 3]}
close(means, [1.5, 3], f"the running mean {what}", suspects=wrong, dtype="float32")
close(variances, [2, 4], f"the running variance {what}", dtype="float32")

# %% nbgrader={"grade_id": "running-hidden", "grade": true, "points": 1}
# Also graded: batches of two and of many, other momentums, one channel.
### BEGIN HIDDEN TESTS
for count, momentum in ((2, 0.1), (2, 1.0), (3, 0.5), (1000, 0.01)):
    for dtype in ("float64", "float32"):
        means, variances = np.array([2.0, -1.0], dtype), np.array([1.0, 3.0], dtype)
        mean, var, share = np.array([1.0, 5.0], dtype), np.array([2.0, 6.0], dtype), 1 - momentum
        update_running(means, variances, mean, var, count, momentum)
        expected = share * np.array([2.0, -1.0]) + momentum * np.array([1.0, 5.0])
        what = f"of {count} values, momentum {momentum}, {dtype}"
        close(means, expected, f"the running mean {what}", dtype=dtype)
        new = np.array([2.0, 6.0]) * count / (count - 1)
        expected = share * np.array([1.0, 3.0]) + momentum * new
        close(variances, expected, f"the running variance {what}", dtype=dtype)
means, variances = np.zeros(1), np.ones(1)
update_running(means, variances, np.array([4.0]), np.array([3.0]), 4, 0.5)
close([means, variances], [[2], [2.5]], "the running statistics of one channel")
### END HIDDEN TESTS

# %% [markdown]
# After training, mean $m$ and variance $v$ are constants, and all of batch norm is one
# multiplication and one addition per value:
#
# $$y = \gamma\,\frac{x - m}{\sqrt{v + \varepsilon}} + \beta = \text{scale} \cdot x + \text{shift}$$
#
# **Exercise 5 · easy · 10 minutes.** Fill in `fold`. Solve the equation for scale and shift first:
# what do you get for $x = 0$?


# %% nbgrader={"grade_id": "fold", "solution": true}
#| export
def fold(mean, var, eps: float, weight=None, bias=None) -> tuple:
    """(scale, shift) such that scale * x + shift is batch norm by fixed statistics.

    Shapes: all (c,). weight None stands for ones, bias None for zeros, each by itself. No array is
    changed.
    """
    # Five lines.
    ### BEGIN SOLUTION
    scale = 1 / np.sqrt(var + eps)
    if weight is not None:
        scale = scale * weight
    shift = -mean * scale
    return scale, shift if bias is None else shift + bias
    ### END SOLUTION


# %% nbgrader={"grade_id": "fold-test", "grade": true, "points": 2}
# Two channels with means 1 and -2, variances 5 and 0, and a large eps: deviations of 3 and 2.
mean, var = np.array([1.0, -2.0]), np.array([5.0, 0.0])
scale, shift = fold(mean, var, 4.0, np.array([6.0, 1.0]), np.array([10.0, 20.0]))
check(scale, [2, 0.5], "the scale")
check(shift, [8, 21], "the shift")

# %% nbgrader={"grade_id": "fold-test-2", "grade": true, "points": 1}
# Without a weight, without a bias, without both; arrays stay as they were.
arrays = {"mean": np.array([1.0, -2.0]), "var": np.array([5.0, 0.0])}
weight, bias = {"weight": np.array([6.0, 1.0])}, {"bias": np.array([10.0, 20.0])}
for more, expected, what in (
    ({}, ([1 / 3, 1 / 2], [-1 / 3, 1]), "without both"),
    (weight, ([2, 0.5], [-2, 1]), "without a bias"),
    (bias, ([1 / 3, 1 / 2], [10 - 1 / 3, 21]), "without a weight"),
    (weight | bias, ([2, 0.5], [8, 21]), "with weight and bias"),
):
    scale, shift = unchanged(partial(fold, eps=4.0), **arrays, **more)
    close(scale, expected[0], f"the scale {what}")
    close(shift, expected[1], f"the shift {what}")

# %% nbgrader={"grade_id": "fold-hidden", "grade": true, "points": 2}
# Also graded: random values, a weight of zeros, one channel.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(3)
for size, factor in ((3, 1.0), (1, -2.0), (2, 0.0)):
    mean, var, x = rng.normal(size=size), rng.uniform(0.5, 2, size), rng.normal(size=(5, size))
    weight, bias = factor * rng.uniform(0.5, 2, size), rng.normal(size=size)
    for w, b in itertools.product((None, weight), (None, bias)):
        scale, shift = fold(mean, var, 0.1, w, b)
        expected = (x - mean) / np.sqrt(var + 0.1) * (1 if w is None else w)
        given = f"{'no' if w is None else 'a'} weight and {'no' if b is None else 'a'} bias"
        what = f"scale * x + shift of {size} channels with {given}"
        close(scale * x + shift, expected + (0 if b is None else b), what)
### END HIDDEN TESTS

# %% [markdown]
# Given: the operation for inference, and `batch_norm`, which chooses.

# %% given: batch-norm

# %% [markdown]
# This is what running statistics look like, for batches of 32 digits and one pixel. Every dot is
# the mean of a batch; the lines are what is remembered. With momentum 0.1 the line is there after
# some thirty steps and keeps wavering; with 0.01 it is calm, and late.

# %% given: running

# %% [markdown]
# ## 5. Without the mean, and in groups
#
# Large language models do without the mean. **RMS norm** divides by the root of the mean square:
#
# $$r = \frac{1}{\sqrt{\frac1n \sum_i x_i^2 + \varepsilon}} \qquad \hat x_i = x_i\, r$$
#
# It takes fewer passes over the memory, and the results are no worse. Its rule is the one you know,
# with one term less.
#
# **Exercise 6 · medium · 20 minutes.** Fill in `rms_parts`. Which of the three terms goes, and why?


# %% nbgrader={"grade_id": "rms-parts", "solution": true}
#| export
def rms_parts() -> tuple:
    """The forward pass of RMS norm over the columns of a table, and its rule: two functions.

    forward(x, eps) -> (normed, inverse), inverse = 1 / sqrt(mean of x squared, plus eps).
    rule(g, normed, inverse) -> the gradient of x, if g is that of normed.
    Shapes: x, g and normed (rows, n), inverse (rows, 1). The dtype stays, and no array is changed.
    Source: Zhang and Sennrich (2019), Root Mean Square Layer Normalization, arXiv:1910.07467.
    """
    # Two functions of two to four lines. `average((1,), a, b)` is the mean of each row of a * b.
    ### BEGIN SOLUTION

    def forward(x, eps):
        inverse = 1 / np.sqrt(average((1,), x, x) + eps)  # (rows, 1)
        return x * inverse, inverse

    def rule(g, normed, inverse):
        part = normed * -average((1,), g, normed)
        part += g
        part *= inverse
        return part

    return forward, rule
    ### END SOLUTION


# %% nbgrader={"grade_id": "rms-parts-test", "grade": true, "points": 2}
# One row with a mean square of 5, and eps = 4, so that r = 1/3.
forward, rule = rms_parts()
x, g = np.array([[1.0, 3.0, -1.0, 3.0]]), np.array([[3.0, 0.0, -6.0, 9.0]])
normed, inverse = forward(x, 4.0)
check(inverse, [[1 / 3]], "the inverse of the root mean square")
check(normed, x / 3, "the normalized row")
check(rule(g, x / 3, np.array([[1 / 3]])), (g - x) / 3, "the gradient of the row")

# %% nbgrader={"grade_id": "rms-parts-test-2", "grade": true, "points": 1}
# Two rows that differ, against a measured slope; arrays stay as they were; float32.
x, g = np.array([[1.0, 2.0, 0.0], [10.0, -20.0, 30.0]]), np.array([[1.0, -1.0, 2.0], [0, 3, 1]])
forward, rule = rms_parts()
by_hand = rms_of(x, 0.5)
normed, inverse = unchanged(lambda x: forward(x, 0.5), x=x)
close(inverse, by_hand[1], "the inverse of two rows")
close(normed, by_hand[0], "two normalized rows")
arrays = {"g": g, "normed": by_hand[0], "inverse": by_hand[1]}
found, expected = unchanged(in_order(rule), **arrays), slope(rms_of, x, g, 0.5)
close(found, expected, "the gradient of two rows", rtol=1e-5, atol=1e-6)
single = np.ones((2, 3), np.float32)
normed, inverse = forward(single, 0.0)
close(normed, single, "the normalized rows, float32", dtype="float32")
close(rule(single, normed, inverse), 0 * single, "the gradient, float32", dtype="float32")

# %% nbgrader={"grade_id": "rms-parts-hidden", "grade": true, "points": 2}
# Also graded: other tables, rows of zeros, no rows; float64.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(4)
forward, rule = rms_parts()
for shape in ((3, 5), (1, 1), (4, 2), (0, 3)):
    x, g = rng.normal(1.0, 2.0, (2, *shape))
    (normed, inverse), by_hand = forward(x, 0.2), rms_of(x, 0.2)
    close(normed, by_hand[0], f"the normalized rows of {shape}", dtype="float64")
    close(inverse, by_hand[1], f"the inverse of the rows of {shape}")
    found, expected = rule(g, normed, inverse), slope(rms_of, x, g, 0.2)
    close(found, expected, f"the gradient of {shape}", rtol=1e-5, atol=1e-6)
close(forward(np.zeros((2, 3)), 0.25)[1], [[2], [2]], "the inverse of rows of zeros")
g, twos = np.ones((2, 3)), np.full((2, 1), 2.0)
close(rule(g, 0 * g, twos), 2 * g, "the gradient of rows of zeros")
### END HIDDEN TESTS

# %% [markdown]
# **Group norm** is between layer norm and batch norm: it normalizes the channels of one example in
# `num_groups` groups of neighbors. It needs no batch, and still tells groups apart. There is no new
# arithmetic in it: the right reshape, then `normalize` along the last dimension.
#
# **Exercise 7 · easy · 10 minutes.** Fill in `group_view`.


# %% nbgrader={"grade_id": "group-view", "solution": true}
#| export
def group_view(shape: tuple, num_groups: int) -> tuple:
    """The shape (examples, groups, values of a group) of an input (n, c, ...), three integers.

    group_view((8, 6, 10), 2) -> (8, 2, 30). c // num_groups neighboring channels form a group.
    Raises: RuntimeError that names both numbers if the channels do not divide into the groups.
    """
    # Three or four lines.
    ### BEGIN SOLUTION
    n, channels, *rest = shape
    if channels % num_groups:
        raise RuntimeError(f"{channels} channels do not divide into {num_groups} groups")
    return n, num_groups, channels // num_groups * math.prod(rest)
    ### END SOLUTION


# %% nbgrader={"grade_id": "group-view-test", "grade": true, "points": 2}
# Sequences, a table without a length, images.
for shape, groups, expected in (
    ((8, 6, 10), 2, (8, 2, 30)),
    ((5, 6), 3, (5, 3, 2)),
    ((2, 4, 3, 5), 2, (2, 2, 30)),
):
    what = f"the view of {shape} in {groups} groups"
    equal(group_view(shape, groups), expected, what, suspects=MISTAKES["views"])
whole = all(type(size) is int for size in group_view((8, 6, 10), 2))
true(whole, "the type of the sizes", expected="Python integers", hint="divide with //")

# %% nbgrader={"grade_id": "group-view-test-2", "grade": true, "points": 1}
# Groups that do not fit: the error names both numbers, even where the values would divide.
for shape, groups in (((8, 6), 4), ((2, 3, 8), 2), ((2, 2), 5)):
    hint = "it is the channels that must divide, not the values"
    what = f"the error for {shape[1]} channels in {groups} groups, shape {shape}"
    with raises(RuntimeError, (str(shape[1]), str(groups)), what, hint=hint):
        group_view(shape, groups)

# %% nbgrader={"grade_id": "group-view-hidden", "grade": true, "points": 1}
# Also graded: one group, as many groups as channels, no examples, other groups that do not fit.
### BEGIN HIDDEN TESTS
for shape, groups, expected in (
    ((3, 6, 2, 2), 3, (3, 3, 8)),
    ((2, 4, 3), 1, (2, 1, 12)),
    ((2, 4, 3), 4, (2, 4, 3)),
    ((0, 4, 3), 2, (0, 2, 6)),
    ((7, 4), 4, (7, 4, 1)),
):
    equal(group_view(shape, groups), expected, f"the view of {shape} in {groups} groups")
for channels, groups in ((9, 6), (3, 2), (2, 3)):
    what = f"the error for {channels} channels in {groups} groups"
    with raises(RuntimeError, (str(channels), str(groups)), what):
        group_view((4, channels, 12), groups)
### END HIDDEN TESTS

# %% [markdown]
# Given: both functions, and the four layers, with PyTorch's names. The running statistics are
# **buffers** (module 03): saved with the weights as part of the state, but not learned.

# %% given: layers

# %%
manual_seed(0)
norm = BatchNorm1d(3)
print(norm, "\nstate:", *norm.state_dict())
norm(randn(64, 3) * 2 + 5)
print("after one batch:", norm.running_mean.numpy(), norm.running_var.numpy())
print("one example, after eval():", norm.eval()(tensor([[5.0, 5.0, 5.0]])).numpy())
try:
    norm.train()(tensor([[5.0, 5.0, 5.0]]))
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# ## 6. What is kept for the way back
#
# Until `backward`, the nodes of the graph hold arrays. Written with tensors, layer norm without
# weight and bias is `d = x - x.mean(1, True)`, `v = (d**2).mean(1, True)`, `d / (v + eps).sqrt()`:
# seven operations, and each leaves a result. Fused it is one, which keeps `normed` and `inverse`.
#
# **Exercise 8 · easy · 15 minutes.** Fill in `kept_bytes`. Guess first: how many times less does
# the fused one keep?


# %% nbgrader={"grade_id": "kept-bytes", "solution": true}
#| export
def kept_bytes(rows: int, features: int) -> tuple:
    """(fused, composed): bytes that layer norm of a float32 table keeps until `backward`.

    Each array that a node holds counts once, the input not at all. Fused: what `norm_forward`
    saves. Composed: the results of the seven operations above, the last one included.
    """
    # Three lines: the bytes of a table, the bytes of a column, both sums.
    ### BEGIN SOLUTION
    table, column = 4 * rows * features, 4 * rows
    return table + column, 3 * table + 4 * column
    ### END SOLUTION


# %% nbgrader={"grade_id": "kept-bytes-test", "grade": true, "points": 4}
# Ten rows of a hundred features: a table of 4,000 bytes, columns of 40.
fused, composed = kept_bytes(10, 100)
equal(fused, 4040, "the bytes that the fused operation keeps", suspects=MISTAKES["fused"])
equal(composed, 12160, "the bytes that the composed operations keep", suspects=MISTAKES["composed"])

# %% nbgrader={"grade_id": "kept-bytes-hidden", "grade": true, "points": 1}
# Also graded: other sizes, one of them a single row.
### BEGIN HIDDEN TESTS
for rows, features in ((1024, 768), (1, 5), (7, 1)):
    expected = (4 * rows * (features + 1), 4 * rows * (3 * features + 4))
    equal(kept_bytes(rows, features), expected, f"kept_bytes({rows}, {features})")
### END HIDDEN TESTS

# %% given: kept

# %%
sizes, measured = (64, 256, 1024), []
for features in sizes:
    x = tensor(np.ones((100, features), "float32"), requires_grad=True)
    d = x - x.mean(1, True)
    v = (d**2).mean(1, True)
    kept = [arrays_kept(y, x.array) for y in (layer_norm(x, (features,)), d / (v + 1e-5).sqrt())]
    measured.append(kept)
    print(f"100 x {features}: predicted {kept_bytes(100, features)}, measured {tuple(kept)}")
    assert tuple(kept) == kept_bytes(100, features), "the measured bytes are not the predicted ones"
draw_kept(sizes, measured)

# %% [markdown]
# A third. And an array that is not kept is an array that is not written: the fused layer is faster,
# too.
#
# ## 7. Put to use: fifty layers
#
# Back to the trouble at the beginning, with one of your layers between linear and ReLU: whatever
# the weights are multiplied by, the spread stays where it is.

# %% given: level

# %% [markdown]
# But does it learn? Perceptrons of 10 to 50 layers of 32 units, with PyTorch's usual weights, take
# 100 steps on the digits. In half of them each layer also adds its input to its output, a
# **shortcut** (**residual connection** or **skip connection**):
# $x + \text{relu}(\text{norm}(\text{linear}(x)))$. One more norm comes before the last layer.

# %% given: fifty

# %%
runs = {}
for shortcut, norm, depth in itertools.product(
    (False, True), (None, BatchNorm1d, LayerNorm), (10, 20, 50)
):
    model = perceptron(depth, norm, shortcut)
    with np.errstate(all="ignore"):  # those that fail overflow
        losses, first = train(model)
        name = f"{norm.__name__ if norm else 'no norm'}{', shortcuts' if shortcut else ''}"
        runs[name, depth] = losses, first, accuracy(model)
print(f"{'digits read after 100 steps':27}  10 layers  20 layers  50 layers")
for name in dict.fromkeys(name for name, _ in runs):
    print(f"{name:27}", *(f"{runs[name, depth][2]:10.1%}" for depth in (10, 20, 50)))
assert runs["BatchNorm1d, shortcuts", 50][2] > 0.93, "fifty layers should read 93% of new digits"
assert runs["no norm, shortcuts", 50][2] < 0.3, "without normalization they should not"

# %% given: fifty-layers

# %% [markdown]
# Read the right figure from its end: the gradient starts at layer 50 and goes to the left.
#
# - Without normalization it vanishes on the way, to $10^{-20}$: the first layers learn nothing.
# - With shortcuts alone the activations grow, and the gradients are ten thousand times too large:
#   the first loss is far above the left figure, the next ones are NaN, and there is no curve.
# - Batch norm alone keeps the forward pass in order, but the gradient grows on its way back, by a
#   factor that 10 or 20 layers tolerate and 50 do not.
# - Layer norm alone has level gradients, and does not learn either: each ReLU makes the examples a
#   little more alike, and after fifty of them little distinguishes a 3 from an 8.
# - A norm and a shortcut together: level gradients, examples that stay apart, and fifty layers that
#   learn. Nearly every deep network since 2015 has this pair. You will meet it again in the
#   transformer of module 13.
#
# ## 8. For those who want more
#
# **Stretch 1 · hard · 25 minutes.** At inference, a linear layer can take the batch norm behind it
# into its own weights; then the norm costs nothing at all. `fold` gives you half of it. Fill in
# `fuse`. It works for the digits: try it on a `BatchNorm1d` behind a trained layer.


# %% nbgrader={"grade_id": "fuse", "solution": true}
def fuse(linear: Linear, norm: BatchNorm1d) -> Linear:
    """A new Linear that computes what `norm(linear(x))` computes after `eval()`.

    linear may have no bias (None), and norm neither weight nor bias; the new layer has a bias in
    any case. `linear` and `norm` are not changed.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.fuse_linear_bn_eval.html
    """
    # About eight lines. A Linear computes x @ weight.T + bias, and .array is a tensor's array.
    ### BEGIN SOLUTION
    weight, bias = (None if p is None else p.array for p in (norm.weight, norm.bias))
    scale, shift = fold(norm.running_mean.array, norm.running_var.array, norm.eps, weight, bias)
    fused = Linear(linear.in_features, linear.out_features)
    fused.weight.array[...] = linear.weight.array * scale[:, None]  # (out, in) * (out, 1)
    fused.bias.array[...] = shift if linear.bias is None else scale * linear.bias.array + shift
    return fused
    ### END SOLUTION


# %% nbgrader={"grade_id": "fuse-test", "grade": true, "points": 0}
# The same results as the two layers, with and without a bias and an affine part; both stay as is.
manual_seed(1)
x, seen = randn(6, 3), randn(50, 4) * 3 + 1
for has_bias, has_affine in itertools.product((True, False), (True, False)):
    linear, norm = Linear(3, 4, bias=has_bias), BatchNorm1d(4, affine=has_affine)
    norm(seen)
    with no_grad():
        for i, parameter in enumerate(norm.parameters()):
            parameter += i + 0.5
    norm.eval()
    before = norm(linear(x)).numpy()
    found, what = fuse(linear, norm)(x), f"bias={has_bias}, affine={has_affine}"
    close(found, before, f"the fused layer, {what}", rtol=1e-4, atol=1e-5)
    close(norm(linear(x)), before, f"the two layers after fusing, {what}")

# %% [markdown]
# **Stretch 2 · hard · 25 minutes.** Running averages forget, but exact statistics can be joined:
# from count, mean and variance of two parts follow those of the whole, so that data of any size
# needs one pass. Fill in `join`. The trap is the same as in exercise 1, and the formula that avoids
# it starts from the difference of the two means.


# %% nbgrader={"grade_id": "join", "solution": true}
def join(first: tuple, second: tuple) -> tuple:
    """(count, mean, var) of all values, from those of two parts; var is divided by the count.

    A part of count 0 adds nothing. Values far from 0 keep their digits.
    Source: Chan, Golub and LeVeque (1979), Updating formulae, Stanford STAN-CS-79-773, eq. 2.1.
    """
    # About five lines.
    ### BEGIN SOLUTION
    (n, mean, var), (m, other, spread) = first, second
    share = m / max(n + m, 1)
    gap = other - mean
    joint = (1 - share) * var + share * spread + share * (1 - share) * gap * gap
    return n + m, mean + share * gap, joint
    ### END SOLUTION


# %% nbgrader={"grade_id": "join-test", "grade": true, "points": 0}
# Two parts of unequal size, an empty part, and a hundred parts far from 0.
a, b = np.array([1.0, 3.0]), np.array([2.0, 4.0, 9.0, 5.0])
close(
    join(statistics(a), statistics(b)),
    statistics(np.concatenate([a, b])),
    "count, mean and variance of 2 + 4",
)
for first, second in (((0, 0.0, 0.0), statistics(b)), (statistics(b), (0, 0.0, 0.0))):
    close(join(first, second), statistics(b), "count, mean and variance with an empty part")
values, whole = 1e9 + np.random.default_rng(0).normal(size=(100, 20)), (0, 0.0, 0.0)
for row in values:
    whole = join(whole, statistics(row))
close(whole[2], values.var(), "the variance of 100 parts far from 0", rtol=1e-4)

# %% [markdown]
# ## Reflection
#
# After `eval()`, a model with batch norm gives other losses on the training data than in training;
# a model with layer norm does not. Why? And which of the two would you choose for a model that gets
# one example at a time, which for batches of thousands, and what would you watch in each case?

# %% [markdown]
# *Your answer here.*
