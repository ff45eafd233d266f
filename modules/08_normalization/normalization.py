# %% [markdown]
# # 08 · Normalization
#
# Fifty layers make each other's inputs. If each makes its output 10% smaller than its input, the
# last one sees $0.9^{50}$, half a percent, of what went in; at 10% larger, a hundredfold. The
# gradient takes the same way back: it vanishes or explodes. Module 03's initialisation holds the
# balance at the start; it cannot hold it while the weights move.
#
# Normalization does not hope for the right size, it makes it: subtract the mean, divide by the
# spread. At the end of this module you own PyTorch's `BatchNorm1d`, `LayerNorm`, `GroupNorm` and
# `RMSNorm`, each one fused operation, and a perceptron of fifty layers that learns to read.
#
# First see the trouble.

# %% given: imports

# %% given: notebook-imports

# %% given: mistakes

# %% given: deep

# %% given: trouble

# %% [markdown]
# Kaiming's weights keep the size, roughly. Made 20% smaller, they lose a factor of some two hundred
# thousand over fifty layers; made 20% larger, they gain one of some two thousand.
#
# ## 1. Mean 0, spread 1
#
# Take a group of $n$ values, and bring it to mean 0 and spread 1:
#
# $$\mu = \frac1n \sum_i x_i \qquad v = \frac1n \sum_i (x_i - \mu)^2 \qquad
# r = \frac{1}{\sqrt{v + \varepsilon}} \qquad \hat x_i = (x_i - \mu)\, r$$
#
# $\varepsilon$ keeps a group of equal values from dividing by 0. Which values form a group is all
# that tells the layers apart: **layer norm** takes the features of one example, **batch norm** one
# feature of all examples. On a table (examples, features) that is dim 1 or dim 0.
#
# Given: `average`. Of two arrays it averages the product, without making an array of it.

# %% given: average

# %% [markdown]
# **Exercise 1 · easy · 15 minutes.** Fill in `normalize`.

# %% nbgrader={"grade_id": "normalize", "solution": true}
#| export
def normalize(x: np.ndarray, dims: tuple, eps: float) -> tuple:
    """(normed, mean, var, inverse): `x` brought to mean 0 and spread 1 along `dims`, and with what.

    var: the mean square of what is left after the mean (divided by n).
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
# Two rows of four values, with a large eps, so that its place shows.
x = np.array([[1.0, 3.0, 5.0, 7.0], [2.0, 2.0, 2.0, 2.0]])
normed, mean, var, inverse = normalize(x, (1,), 4.0)
wrong = {"that is the mean of each column": x.mean(0), "the dimension is gone: keep it": [4, 2]}
close(mean, [[4], [2]], "the mean of each row", suspects=wrong)
wrong = {"divided by n - 1": x.var(1, ddof=1, keepdims=True)}
wrong["the mean was not taken out first"] = (x * x).mean(1, keepdims=True)
wrong["the standard deviation, not its square"] = x.std(1, keepdims=True)
close(var, [[5], [0]], "the variance of each row", suspects=wrong)
wrong = {"eps is outside the root": 1 / (np.sqrt([[5], [0]]) + 4)}
wrong["that is the root: one divides by it"] = [[3], [2]]
wrong["eps is missing"] = [[5**-0.5], [np.inf]]
wrong["the root is missing"] = [[1 / 9], [1 / 4]]
close(inverse, [[1 / 3], [1 / 2]], "the inverse deviation of each row", suspects=wrong)
wrong = {"the mean was not taken out": x * inverse, "not divided": x - x.mean(1, keepdims=True)}
close(normed, [[-1, -1 / 3, 1 / 3, 1], [0] * 4], "the normalized rows", suspects=wrong)

# %% nbgrader={"grade_id": "normalize-hidden", "grade": true, "points": 3}
# Also graded: along the columns, several dimensions at once, values far from 0, float32, no rows,
# and x left as it was.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
for shape, dims in (((5, 3), (0,)), ((2, 4, 3), (0, 2)), ((2, 4, 3), (2,)), ((3, 2, 5), (1, 2))):
    x = rng.normal(2.0, 3.0, size=shape)
    kept = x.copy()
    mean, var = x.mean(axis=dims, keepdims=True), x.var(axis=dims, keepdims=True)
    found, what = normalize(x, dims, 0.1), f"of {shape} along {dims}"
    wrong = {"divided by n - 1": x.var(axis=dims, ddof=1, keepdims=True)}
    close(found[1], mean, f"the mean {what}")
    close(found[2], var, f"the variance {what}", suspects=wrong)
    close(found[3], (var + 0.1) ** -0.5, f"the inverse deviation {what}")
    close(found[0], (x - mean) / np.sqrt(var + 0.1), f"the normalized values {what}")
    close(x, kept, "x after the call")
x = np.array([[10001.0, 10002.0, 10003.0]])
wrong = {"the mean of squares less the square of the mean: two large numbers": (x**2).mean()}
single = normalize(x.astype(np.float32), (1,), 0.0)
what = "the variance of 10001, 10002, 10003 in float32"
hint = "take the mean out before squaring: (x*x).mean() - mean**2 subtracts two large numbers"
close(single[2], [[2 / 3]], what, hint=hint, dtype="float32")
for part in single:
    equal(str(part.dtype), "float32", "the dtype of each of the four results")
equal(normalize(np.ones((0, 3)), (1,), 0.1)[0].shape, (0, 3), "the shape for no rows")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The way back
#
# Moving one $x_k$ moves the mean and the spread, and with them every value of the group. Two
# derivatives are all it takes. From $\partial\mu/\partial x_k = 1/n$ and
# $\partial v/\partial x_k = 2 (x_k - \mu)/n$:
#
# $$\frac{\partial \hat x_i}{\partial x_k} = r\,\Big(1_{i=k} - \frac1n - \frac{\hat x_i \hat x_k}{n}
# \Big) \qquad\Rightarrow\qquad
# \bar x_k = \sum_i g_i\,\frac{\partial \hat x_i}{\partial x_k}$$
#
# The sum is yours to carry out; there is no table of slopes in the result, only two averages.
# Leave them out, as if mean and spread were constants, and training pushes with full force in
# directions that the layer then takes out again.
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
wrong = {
    "the mean and the spread were taken for constants": g * inverse,
    "the spread was taken for a constant": (g - 2) * inverse,
    "the mean was taken for a constant": (g - normed * 7 / 6) * inverse,
    "the inverse deviation is missing": g - 2 - normed * 7 / 6,
    "sums in place of averages": (g - 8 - normed * 14 / 3) * inverse,
    "the third term was not multiplied by the value's own normed": (g - 2 - 7 / 6) * inverse,
}
expected = np.array([[1 / 6, -29 / 18, -7 / 18, 11 / 6]]) / 3
close(normalize_rule(g, normed, inverse, (1,)), expected, "the gradient of x", suspects=wrong)

# %% nbgrader={"grade_id": "normalize-rule-hidden", "grade": true, "points": 3}
# Also graded: against differences, along columns and several dimensions; float32; arrays left as
# they were.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(1)


def normed_of(x, dims):
    mean, var = x.mean(axis=dims, keepdims=True), x.var(axis=dims, keepdims=True)
    return (x - mean) / np.sqrt(var + 0.3), 1 / np.sqrt(var + 0.3)


for shape, dims in (((5, 3), (0,)), ((3, 5), (1,)), ((2, 3, 4), (0, 2)), ((2, 3, 4), (2,))):
    x, g = rng.normal(size=shape), rng.normal(size=shape)
    numeric = np.zeros(shape)
    for place in np.ndindex(shape):
        step = np.zeros(shape)
        step[place] = 1e-6
        ends = [(normed_of(x + side * step, dims)[0] * g).sum() for side in (1, -1)]
        numeric[place] = (ends[0] - ends[1]) / 2e-6
    normed, inverse = normed_of(x, dims)
    copies = g.copy(), normed.copy()
    wrong = {"the mean and the spread were taken for constants": g * inverse}
    what = f"the gradient of x of shape {shape}, normalized along {dims}"
    found = normalize_rule(g, normed, inverse, dims)
    close(found, numeric, what, suspects=wrong, rtol=1e-5, atol=1e-6)
    close(g, copies[0], "g after the call")
    close(normed, copies[1], "normed after the call")
single = [np.ones(shape, np.float32) for shape in ((2, 3), (2, 3), (2, 1))]
close(normalize_rule(*single, (1,)), -np.ones((2, 3)), "the gradient, float32", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# Look at the gradient it gives: it adds up to 0 in each group, since adding a constant to all
# values changes nothing downstream; and it has no part along $\hat x$ (but for $\varepsilon$),
# since making all values larger changes nothing either. Normalization takes away two directions,
# and the gradient knows.
#
# ## 3. A scale and a shift of its own
#
# Mean 0 and spread 1 are a good beginning, but a layer may need others. So each feature gets a
# weight $\gamma$ and a bias $\beta$ that it learns, $y = \gamma \hat x + \beta$, an **affine** map.
# In a table (rows, features) or (batch, channels, length) they run along dim 1, the same for all
# the rest. What was used several times gets the sum, as always.
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
wrong = {
    "the weight is missing: the chain rule multiplies by it": g,
    "multiplied by normed": g * normed,
}
expected = [[10, 4, -3], [5, -2, -4]]
close(for_normed(g, normed, weight), expected, "the gradient of normed", suspects=wrong)
wrong = {"g was summed, without normed": g.sum(0), "averaged, not added up": (g * normed).mean(0)}
wrong["summed over the features, not over the rows"] = (g * normed).sum(1)
close(for_weight(g, normed, weight), [0, -3, 1], "the gradient of the weight", suspects=wrong)
wrong = {"averaged, not added up": g.mean(0), "the wrong sum": g.sum(1)}
close(for_bias(g, normed, weight), [1.5, 1, 7], "the gradient of the bias", suspects=wrong)

# %% nbgrader={"grade_id": "affine-rules-hidden", "grade": true, "points": 3}
# Also graded: (batch, channels, length), as many rows as features, no rows, float32, arrays left
# as they were.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(2)
for shape in ((3, 3), (2, 3, 4), (4, 3, 3), (1, 3, 1), (0, 3)):
    g, normed, weight = rng.normal(size=shape), rng.normal(size=shape), rng.normal(size=3)
    copies = g.copy(), normed.copy(), weight.copy()
    stretched = weight.reshape(3, 1) if len(shape) == 3 else weight
    dims = tuple(d for d in range(len(shape)) if d != 1)
    found = [rule(g, normed, weight) for rule in affine_rules()]
    wrong = {"the weight ran along the last dimension": g * weight} if shape[-1] == 3 else {}
    close(found[0], g * stretched, f"the gradient of normed of shape {shape}", suspects=wrong)
    close(found[1], (g * normed).sum(axis=dims), f"the gradient of the weight, {shape}")
    close(found[2], g.sum(axis=dims), f"the gradient of the bias, {shape}")
    for array, kept, name in zip((g, normed, weight), copies, ("g", "normed", "w"), strict=True):
        close(array, kept, f"{name} after the rules have run")
single = [np.ones(shape, np.float32) for shape in ((4, 3), (4, 3), (3,))]
for rule, expected in zip(affine_rules(), (np.ones((4, 3)), [4] * 3, [4] * 3), strict=True):
    close(rule(*single), expected, "a gradient in float32", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# Given: your parts, joined to one operation. `view` is the shape in which the groups lie along
# `dims`; `table` the one in which the weight runs along dim 1. What the backward pass needs is
# saved: the normalized values and the inverse deviations, no more. Batch norm, which comes next,
# hands in `running`.

# %% given: layer-norm

# %% given: norm-gap

# %%
print("largest differences of result and gradients:", norm_gap())

# %% [markdown]
# ## 4. Batch norm, which remembers
#
# Batch norm compares an example with the others of its batch. When the model is used, there may be
# no others. So in training it keeps **running statistics**, and uses them afterwards:
#
# $$\text{running} \leftarrow (1 - m)\,\text{running} + m\,\text{batch}$$
#
# with a momentum $m$ of 0.1: a batch ten steps back counts a third of the newest. (That is the
# other way round than the momentum of an optimizer; PyTorch means the share of the *new*.) And a
# subtlety: the variance of a sample of $n$, divided by $n$, is too small on average by the factor
# $(n - 1)/n$, because the mean was fitted to the sample. The batch is normalized with that one;
# what is remembered, to stand for all data, is corrected (**Bessel's correction**).
#
# **Exercise 4 · medium · 15 minutes.** Fill in `update_running`.


# %% nbgrader={"grade_id": "running", "solution": true}
#| export
def update_running(running_mean, running_var, mean, var, count: int, momentum: float) -> None:
    """Move the running statistics by `momentum` towards those of a batch, in place.

    mean, var: of the batch, var divided by `count`, the number of values that went into each.
    running_var moves towards the variance divided by `count - 1`. All arrays have the shape (c,).
    """
    # Two to four lines.
    ### BEGIN SOLUTION
    running_mean += momentum * (mean - running_mean)
    running_var += momentum * (var * (count / max(count - 1, 1)) - running_var)
    ### END SOLUTION


# %% nbgrader={"grade_id": "running-test", "grade": true, "points": 2}
# Two channels, a batch of five, a momentum of a quarter.
means, variances = np.array([0.0, 8.0]), np.array([2.0, 6.0])
mean, var = np.array([4.0, 0.0]), np.array([4.0, 8.0])
update_running(means, variances, mean, var, 5, 0.25)
wrong = {"the wrong way round: m is the share of the new": [3, 2], "nothing happened": [0, 8]}
wrong["added without taking away: the old keeps the share 1 - m"] = [1, 8]
close(means, [1, 6], "the running mean", suspects=wrong)
wrong = {"the variance was not corrected: times count / (count - 1)": [2.5, 6.5]}
wrong["corrected the wrong way: count / (count - 1) is above 1"] = [2.3, 6.1]
wrong["the wrong way round: m is the share of the new"] = [4.25, 9]
wrong["divided once more: var times count is the sum of squares"] = [1.75, 5]
wrong["nothing happened"] = [2, 6]
close(variances, [2.75, 7], "the running variance", suspects=wrong)

# %% nbgrader={"grade_id": "running-hidden", "grade": true, "points": 3}
# Also graded: another momentum, 1 and 0, float32, the batch's statistics left as they were.
### BEGIN HIDDEN TESTS
for momentum in (0.1, 1.0, 0.0):
    for dtype in ("float64", "float32"):
        means, variances = np.array([2.0, -1.0], dtype), np.array([1.0, 3.0], dtype)
        mean, var = np.array([1.0, 5.0], dtype), np.array([2.0, 6.0], dtype)
        update_running(means, variances, mean, var, 3, momentum)
        expected = (1 - momentum) * np.array([2.0, -1.0]) + momentum * np.array([1.0, 5.0])
        what = f"the running mean, momentum {momentum}, {dtype}"
        close(means, expected, what, dtype=dtype)
        expected = (1 - momentum) * np.array([1.0, 3.0]) + momentum * np.array([3.0, 9.0])
        what = f"the running variance, momentum {momentum}, {dtype}"
        close(variances, expected, what, dtype=dtype)
        close([mean, var], [[1, 5], [2, 6]], "the statistics of the batch after the call")
### END HIDDEN TESTS

# %% [markdown]
# After training, mean $m$ and variance $v$ are constants, and all of batch norm is one
# multiplication and one addition a value:
#
# $$y = \gamma\,\frac{x - m}{\sqrt{v + \varepsilon}} + \beta = \text{scale} \cdot x + \text{shift}$$
#
# A linear layer before it can even take them into its weights; then the layer costs nothing.
#
# **Exercise 5 · easy · 10 minutes.** Fill in `fold`.


# %% nbgrader={"grade_id": "fold", "solution": true}
#| export
def fold(mean, var, eps: float, weight=None, bias=None) -> tuple:
    """(scale, shift) such that scale * x + shift is batch norm by fixed statistics.

    Shapes: all (c,). weight None stands for ones, bias None for zeros. No array is changed.
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
wrong = {"the weight is missing": [1 / 3, 1 / 2]}
wrong["eps is outside the root"] = [6 / (5**0.5 + 4), 1 / 4]
close(scale, [2, 0.5], "the scale", suspects=wrong)
wrong = {"the bias is missing": [-2, 1], "the mean was added, not taken away": [12, 19]}
wrong["the mean was neither divided nor weighted"] = [9, 22]
close(shift, [8, 21], "the shift", suspects=wrong)
scale, shift = fold(mean, var, 4.0)
close(scale, [1 / 3, 1 / 2], "the scale without weight and bias")
close(shift, [-1 / 3, 1], "the shift without weight and bias")

# %% nbgrader={"grade_id": "fold-hidden", "grade": true, "points": 3}
# Also graded: without weight, without bias, float32, arrays left as they were.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(3)
mean, var, weight, bias = rng.normal(size=3), rng.uniform(0.5, 2, 3), *rng.normal(size=(2, 3))
kept = [array.copy() for array in (mean, var, weight, bias)]
x = rng.normal(size=(5, 3))
for w, b in itertools.product((None, weight), (None, bias)):
    scale, shift = fold(mean, var, 0.1, w, b)
    expected = (x - mean) / np.sqrt(var + 0.1) * (1 if w is None else w) + (0 if b is None else b)
    given = f"{'no' if w is None else 'a'} weight and {'no' if b is None else 'a'} bias"
    close(scale * x + shift, expected, f"scale * x + shift with {given}")
    close([mean, var, weight, bias], kept, "the arrays after the call")
single = [np.ones(2, np.float32) for _ in range(4)]
for part in fold(single[0], single[1], 3.0, *single[2:]):
    close(part, [0.5, 0.5], "scale and shift of ones, eps 3", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# Given: the operation for afterwards, and `batch_norm`, which chooses.

# %% given: batch-norm

# %% [markdown]
# What running statistics look like: batches of 32 digits, one pixel. Every dot is the mean of a
# batch, the lines are what is remembered of them. Momentum 0.1 is there within some thirty steps
# and keeps wavering; 0.01 is calm, and late.

# %% given: running

# %% [markdown]
# ## 5. Less, and in groups
#
# Large language models leave the mean alone. **RMS norm** divides by the root of the mean square:
#
# $$r = \frac{1}{\sqrt{\frac1n \sum_i x_i^2 + \varepsilon}} \qquad \hat x_i = x_i\, r$$
#
# Fewer passes over the memory, and no worse results. Its gradient is the one you know, less the
# term of the mean.
#
# **Exercise 6 · medium · 20 minutes.** Fill in `rms_parts`.


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
wrong = {"the mean was taken out: RMS norm leaves it": [[1 / 6.75**0.5]]}
wrong["eps is outside the root"] = [[1 / (5**0.5 + 4)]]
wrong["eps is missing"] = [[1 / 5**0.5]]
wrong["the sum of the squares, not their mean"] = [[1 / 24**0.5]]
close(inverse, [[1 / 3]], "the inverse of the root mean square", suspects=wrong)
close(normed, x / 3, "the normalized row", suspects={"the mean was taken out": (x - 1.5) / 3})
part = rule(g, x / 3, np.array([[1 / 3]]))
wrong = {"the root was taken for a constant": g / 3, "the inverse is missing": g - x}
wrong["the mean's term of the layer norm rule"] = (g - 1.5 - x) / 3
close(part, (g - x) / 3, "the gradient of x", suspects=wrong)

# %% nbgrader={"grade_id": "rms-parts-hidden", "grade": true, "points": 3}
# Also graded: several rows, against differences; rows of zeros; float32; arrays left as they were.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(4)
x, g = rng.normal(1.0, 2.0, (3, 5)), rng.normal(size=(3, 5))
copies = x.copy(), g.copy()
forward, rule = rms_parts()
normed, inverse = forward(x, 0.2)
roots = np.sqrt((x * x).mean(1, keepdims=True) + 0.2)
close(normed, x / roots, "three normalized rows")
close(inverse, 1 / roots, "the inverse of three rows")
saved, numeric = normed.copy(), np.zeros(x.shape)
for place in np.ndindex(x.shape):
    ends = []
    for side in (1e-6, -1e-6):
        moved = x.copy()
        moved[place] += side
        ends.append((g * moved / np.sqrt((moved**2).mean(1, keepdims=True) + 0.2)).sum())
    numeric[place] = (ends[0] - ends[1]) / 2e-6
close(rule(g, normed, inverse), numeric, "the gradient of three rows", rtol=1e-5, atol=1e-6)
close([x, g, normed], [*copies, saved], "x, g and normed after the calls")
close(forward(np.zeros((2, 3)), 0.25)[1], [[2], [2]], "the inverse of rows of zeros")
single = np.ones((2, 3), np.float32)
normed, inverse = forward(single, 0.0)
close(normed, single, "the normalized rows, float32", dtype="float32")
close(rule(single, normed, inverse), 0 * single, "the gradient, float32", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# **Group norm** stands between layer norm and batch norm: the channels of one example, in
# `num_groups` groups of neighbours. It needs no batch, and yet tells groups apart. No new
# arithmetic: the right reshape, then `normalize` along the last dimension.
#
# **Exercise 7 · easy · 10 minutes.** Fill in `group_view`.


# %% nbgrader={"grade_id": "group-view", "solution": true}
#| export
def group_view(shape: tuple, num_groups: int) -> tuple:
    """The shape (examples, groups, values of a group) of an input (n, c, ...).

    group_view((8, 6, 10), 2) -> (8, 2, 30). c // num_groups neighbouring channels form a group.
    Raises: RuntimeError "6 channels do not divide into 4 groups" with those numbers.
    """
    # Three or four lines.
    ### BEGIN SOLUTION
    n, channels, *rest = shape
    if channels % num_groups:
        raise RuntimeError(f"{channels} channels do not divide into {num_groups} groups")
    return n, num_groups, channels // num_groups * math.prod(rest)
    ### END SOLUTION


# %% nbgrader={"grade_id": "group-view-test", "grade": true, "points": 2}
# Six channels of ten values; a table without a length.
wrong = {"channels a group, not groups": (8, 3, 20), "the length is missing": (8, 2, 3)}
wrong["every group got the values of all channels"] = (8, 2, 60)
equal(group_view((8, 6, 10), 2), (8, 2, 30), "the view of (8, 6, 10) in 2 groups", suspects=wrong)
equal(group_view((5, 6), 3), (5, 3, 2), "the view of (5, 6) in 3 groups")
whole = all(type(size) is int for size in group_view((8, 6, 10), 2))
true(whole, "the type of the sizes", expected="Python integers", hint="divide with //")

# %% nbgrader={"grade_id": "group-view-hidden", "grade": true, "points": 2}
# Also graded: images, one group, as many groups as channels, no examples, groups that do not fit.
### BEGIN HIDDEN TESTS
for shape, groups, expected in (
    ((2, 4, 3, 5), 2, (2, 2, 30)),
    ((2, 4, 3), 1, (2, 1, 12)),
    ((2, 4, 3), 4, (2, 4, 3)),
    ((0, 4, 3), 2, (0, 2, 6)),
    ((7, 4), 4, (7, 4, 1)),
):
    equal(group_view(shape, groups), expected, f"the view of {shape} in {groups} groups")
for channels, groups in ((6, 4), (3, 2), (2, 3)):
    message = ""
    try:
        group_view((4, channels, 12), groups)
    except RuntimeError as error:
        message = str(error)
    wanted = f"{channels} channels do not divide into {groups} groups"
    equal(message, wanted, f"the error for {channels} channels in {groups} groups")
### END HIDDEN TESTS

# %% [markdown]
# Given: both functions, and the four layers, with PyTorch's names. The running statistics are
# **buffers** (module 03): part of the state, saved with the weights, but not learned.

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
# Until `backward`, receipts hold arrays. Written with tensors, layer norm without weight and bias
# is `d = x - x.mean(1, True)`, `v = (d**2).mean(1, True)`, `d / (v + eps).sqrt()`: seven
# operations, each leaving a result. Fused it is one, which keeps `normed` and `inverse`.
#
# **Exercise 8 · easy · 15 minutes.** Fill in `kept_bytes`. Guess first: how many times less does
# the fused one keep?


# %% nbgrader={"grade_id": "kept-bytes", "solution": true}
#| export
def kept_bytes(rows: int, features: int) -> tuple:
    """(fused, composed): bytes that layer norm of a float32 table keeps until `backward`.

    Counted is each array once that a receipt holds, but not the input. Fused: what `norm_forward`
    saves. Composed: the results of the seven operations named above, the last one's too.
    """
    # Three lines: the bytes of a table, the bytes of a column, both sums.
    ### BEGIN SOLUTION
    table, column = 4 * rows * features, 4 * rows
    return table + column, 3 * table + 4 * column
    ### END SOLUTION


# %% nbgrader={"grade_id": "kept-bytes-test", "grade": true, "points": 2}
# Ten rows of a hundred features: a table of 4,000 bytes, columns of 40.
fused, composed = kept_bytes(10, 100)
equal(fused, 4040, "the bytes that the fused operation keeps", suspects=MISTAKES["fused"])
equal(composed, 12160, "the bytes that the composed operations keep", suspects=MISTAKES["composed"])

# %% nbgrader={"grade_id": "kept-bytes-hidden", "grade": true, "points": 3}
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
draw_kept(sizes, measured)

# %% [markdown]
# A third. And each array not kept is an array not written: the fused layer is faster, too.
#
# ## 7. Put to use: fifty layers
#
# The trouble from the beginning, with a layer of yours between linear and ReLU: whatever the
# weights are multiplied with, the spread stays where it is.

# %% given: level

# %% [markdown]
# Does it learn now? Perceptrons of 10 to 50 layers of 32 units, PyTorch's usual weights, 100 steps
# on the digits. In one half of them each layer also adds its input to its output, a **shortcut**
# (**residual connection** or **skip connection**):
# $x + \text{relu}(\text{norm}(\text{linear}(x)))$. One more norm stands before the last layer.

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
# - Without normalization it fades to $10^{-20}$ on the way: the first layers learn nothing.
# - Shortcuts alone let the activations grow, and the gradients are ten thousand times too large:
#   the first loss is far above the left figure, the next ones are NaN, and no curve is there.
# - Batch norm alone keeps the forward pass in order, but the gradient grows on its way back, by a
#   factor that 10 or 20 layers bear, and 50 do not.
# - Layer norm alone has level gradients, and does not learn either: each ReLU makes the examples a
#   little more alike, and after fifty of them little tells a 3 from an 8.
# - A norm and a shortcut together: level gradients, examples that stay apart, and fifty layers that
#   learn. Nearly every deep network since 2015 has this pair, and you will meet it again in the
#   transformer of module 13.
#
# ## Reflection
#
# After `eval()`, a model with batch norm gives other losses on the training data than in training,
# a model with layer norm does not. Why? And which of the two would you take for a model that gets
# one example at a time, which for batches of thousands, and what would you watch in each case?

# %% [markdown]
# *Your answer here.*
