# %% [markdown]
# # 04 · Losses
#
# A network gives numbers, the data says what they should have been. A **loss** turns the two into
# one number: how wrong. Everything a network learns, it learns from the gradient of that number.
#
# The formulas fit on a postcard. Typed in as they stand there, they work for weeks, and one day a
# logit has grown too large and the loss is `nan`. At the end of this module you own losses to which
# that does not happen: PyTorch's `mse_loss`, `nll_loss`, `cross_entropy` and
# `binary_cross_entropy_with_logits`, right for logits of 10,000 as for those of 1, and faster than
# the postcard. A network of your layers reads digits with them.

# %% given: imports

# %% given: notebook-imports

# %% given: tests

# %% [markdown]
# ## 1. How far off is a number?
#
# Where the truth is $b_i$ and you predict $a_i$, the **mean squared error** (MSE) is
#
# $$L = \frac{1}{n} \sum_i (a_i - b_i)^2$$
#
# Every loss comes in three **reductions**: the `"mean"` over all values, which is what one trains
# with (the learning rate then does not depend on the batch size), their `"sum"`, and `"none"`, an
# array with the loss of each value. Given: the helpers that reduce, and the forward rule. It
# returns its result and what it saves for the backward pass, here the differences.

# %% given: reduced

# %% [markdown]
# You write the rule. $g$ is the gradient of the result: one number for a mean or a sum, an array
# for `"none"`, and $\bar a$ has the shape of the difference in each case.
#
# **Exercise 1 · easy · 15 minutes.** Fill in `mse_rule`.


# %% nbgrader={"grade_id": "mse", "solution": true}
#| export
def mse_rule(g, difference, a, b, reduction="mean"):
    """The gradient of `a` in the squared error of `a` against `b`.

    g: the gradient of the result, one number or, for reduction "none", shaped as the result.
    difference: a - b, which forward saved; a mean runs over all `difference.size` values.
    Shapes: as `difference`. The dtype stays, and no array that came in is changed.
    """
    # Three lines.
    ### BEGIN SOLUTION
    if reduction == "mean":
        g = g / difference.size
    return 2 * g * difference
    ### END SOLUTION


# %% nbgrader={"grade_id": "mse-test", "grade": true, "points": 2}
# Three predictions, of which the last is right.
a, b = np.array([1.0, 4.0, 2.0]), np.array([2.0, 1.0, 2.0])
what = "the gradient of a in the mean of (a - b)**2"
close(mse_rule(1.0, a - b, a, b, "mean"), [-2 / 3, 2, 0], what, suspects=MISTAKES["mean"])
what = "the gradient of a in the sum of (a - b)**2"
close(mse_rule(1.0, a - b, a, b, "sum"), [-2, 6, 0], what, suspects=MISTAKES["sum"])

# %% nbgrader={"grade_id": "mse-hidden", "grade": true, "points": 3}
# Also graded: tables, reduction "none", a g that is not 1, float32, arrays left as they were.
### BEGIN HIDDEN TESTS
a = np.array([[1.0, 4.0, 2.0], [0.0, -1.0, 3.0]])
b = np.array([[2.0, 1.0, 2.0], [2.0, 0.0, 0.0]])
what, slope = "the gradient of a (2, 3) table in a mean", np.array([[-2.0, 6, 0], [-4, -2, 6]])
wrong = {"divided by the number of rows: n counts all values": slope / 2}
close(mse_rule(1.0, a - b, a, b, "mean"), slope / 6, what, suspects=wrong)
wrong = {"g is missing": slope / 6}
close(mse_rule(3.0, a - b, a, b, "mean"), slope / 2, "the same for g = 3", suspects=wrong)
g, difference = np.array([[1.0, 10.0, 100.0], [2.0, 20.0, 200.0]]), a - b
wrong = {"g is missing": slope, 'divided: "none" does not': g * slope / 6}
close(mse_rule(g, difference, a, b, "none"), g * slope, 'the gradient for "none"', suspects=wrong)
close(difference, a - b, "the saved difference after the rule has run")
close(g[0], [1.0, 10.0, 100.0], "g after the rule has run")
small = np.array([1.0, 3.0], np.float32)
part = mse_rule(np.float32(1), small, small, 0 * small, "mean")
close(part, [1.0, 3.0], "the gradient in float32", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# Given: the public function, and the absolute error (**L1 loss**) beside it, whose slope is only a
# sign. An operation and its rules now stand side by side: `VJPS` is the table of module 02.

# %% given: mse

# %% [markdown]
# What is the best single guess for the five numbers 1, 2, 2.5, 3 and 9? That depends on the loss.
# The squared error is smallest at their mean, which the 9 has pulled to 3.5: its pull grows with
# the distance. To the absolute error a far value pulls no harder than a near one, so the smallest
# loss is at the median, 2.5. Below, both slopes: they pass through 0 at the best guess.

# %% given: best-guess

# %% [markdown]
# ## 2. Where the exponential ends: predict, then measure
#
# A classifier gives a number $z_j$ for every class $j$, a **logit**: larger means likelier. The
# softmax makes probabilities of them, and the loss is small where the right class $t$ has a large
# one:
#
# $$p_j = \frac{e^{z_j}}{\sum_k e^{z_k}} \qquad L = -\log p_t$$
#
# That is the postcard. But a float32 ends at $3.4 \cdot 10^{38}$; beyond lies `inf`, and
# `inf / inf` is `nan`. At the other end, below $1.4 \cdot 10^{-45}$, lies 0, whose logarithm is
# minus infinity. Exponentials get there quickly: how quickly?
#
# **Exercise 2 · easy · 10 minutes.** Fill in `exp_limits`. Guess before you calculate: up to which
# logit does the postcard work in float32: 40, 90, 1,000, 10,000?


# %% nbgrader={"grade_id": "exp-limits", "solution": true}
#| export
def exp_limits(dtype) -> tuple:
    """Two positive numbers: beyond the first exp(x) is infinite, beyond the second exp(-x) is 0.

    dtype: a float type of NumPy. `np.finfo(dtype)` knows its `max`, the largest number, and its
    `smallest_subnormal`, the smallest above 0 (`tiny` is larger: it still has all its digits).
    Rounding moves the second by up to log(2); that is ignored.
    """
    # Two lines.
    ### BEGIN SOLUTION
    info = np.finfo(dtype)
    return math.log(info.max), -math.log(info.smallest_subnormal)
    ### END SOLUTION


# %% nbgrader={"grade_id": "exp-limits-test", "grade": true, "points": 2}
# float32, the numbers that networks are made of. Anything within 0.7 counts.
above, below = exp_limits(np.float32)
wrong, what = MISTAKES["infinite"], "the x beyond which exp(x) is infinite"
close(above, 88.72, what, suspects=wrong, rtol=0, atol=0.7)
wrong, what = MISTAKES["zero"], "the x beyond which exp(-x) is 0"
close(below, 103.28, what, suspects=wrong, rtol=0, atol=0.7)

# %% nbgrader={"grade_id": "exp-limits-hidden", "grade": true, "points": 3}
# Also graded: float16 and float64.
### BEGIN HIDDEN TESTS
for dtype, limits in ((np.float16, (11.09, 16.64)), (np.float64, (709.78, 744.44))):
    wrong, what = MISTAKES["float32"], f"exp_limits of {dtype.__name__}"
    close(exp_limits(dtype), limits, what, suspects=wrong, rtol=0, atol=0.7)
### END HIDDEN TESTS

# %% [markdown]
# Now measure. The postcard's loss of a wrong answer: the right class has the logit 0, another one
# has $z$, and the true loss is $\log(1 + e^z)$, which is almost $z$. Each curve breaks off where
# your prediction, the dotted line, says. float16 does not get past 11, and the classifier at the
# end of this module has logits of 30.

# %% given: postcard

# %%
curves = {dtype: postcard_losses(dtype) for dtype in ("float32", "float16")}
for dtype, (wrong_logit, measured) in curves.items():
    last, predicted = wrong_logit[np.isfinite(measured)][-1], exp_limits(dtype)[0]
    print(f"{dtype}: the last finite loss is at {last}, predicted {predicted:.2f}")
draw_limits(curves)

# %% [markdown]
# ## 3. Logarithms of probabilities
#
# Adding the same number to all logits changes no probability: $e^{z - m} = e^z e^{-m}$, and the
# factor cancels. So take out the largest, $m = \max_k z_k$. Then no exponential exceeds 1, and the
# sum is at least 1, as the largest logit contributes $e^0$ (the **log-sum-exp** trick). And never
# go to the probability only to take its logarithm: a quotient of exponentials has a simple one.
#
# $$\log p_j = (z_j - m) - \log \sum_k e^{z_k - m}$$
#
# Where $p_j$ would be 0, $\log p_j$ is just some number like $-10{,}000$.
#
# **Exercise 3 · medium · 15 minutes.** Fill in `log_softmax_forward`.


# %% nbgrader={"grade_id": "log-softmax", "solution": true}
#| export
def log_softmax_forward(x: np.ndarray, dim: int = -1) -> np.ndarray:
    """The logarithm of the softmax of `x` along `dim`, right for logits of any size.

    Shapes: any, kept; so is the dtype. exp of the result adds up to 1 along `dim`.
    Source: Blanchard, Higham and Higham (2021), Accurately computing the log-sum-exp and softmax
    functions, equation 1.5, doi:10.1093/imanum/draa038.
    """
    # Two or three lines.
    ### BEGIN SOLUTION
    shifted = x - np.max(x, axis=dim, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))
    ### END SOLUTION


# %% nbgrader={"grade_id": "log-softmax-test", "grade": true, "points": 2}
# A row with the probabilities 0.2, 0.3 and 0.5, one far too large for exp, and two rows at once.
p = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1]])
z, what = np.log(p[:1]) + 4.0, "log_softmax_forward of a row of probabilities 0.2, 0.3, 0.5"
close(log_softmax_forward(z), np.log(p[:1]), what, suspects=log_softmax_mistakes(z, p[:1]))
large, what = np.array([[1000.0, 1000.0]]), "log_softmax_forward([[1000, 1000]])"
close(log_softmax_forward(large), np.log([[0.5, 0.5]]), what, suspects=overflow_mistakes())
close(log_softmax_forward(np.log(p * [[50], [0.001]])), np.log(p), "log_softmax of two rows")

# %% nbgrader={"grade_id": "log-softmax-hidden", "grade": true, "points": 3}
# Also graded: logits of 10,000 and -10,000 side by side and in different rows, other dims,
# float32, an excluded class (a logit of minus infinity), the input left as it was.
### BEGIN HIDDEN TESTS
z = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [1.0, 1.0, 1.0]], np.float32)
even, infinite = [-np.log(3)] * 3, [np.inf] * 3
wrong = {
    "the logarithm of a probability that became 0": [[0, -np.inf, -np.inf], even, even],
    "the largest of all rows was taken out, not of each": [[0, -2e4, -1e4], infinite, infinite],
    "a small number was added inside the logarithm": [[0, -27.631, -27.631], even, even],
}
again = "the largest was added again before subtracting, and 10,001.0986 keeps few digits of 1.0986"
wrong[again] = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
hint = "subtract the logarithm of the sum; do not take the logarithm of a quotient"
part, what = log_softmax_forward(z), "log_softmax_forward of logits of 10,000 and -10,000"
close(part, [[0, -2e4, -1e4], even, even], what, suspects=wrong, hint=hint, dtype="float32")
close(z[0], [1e4, -1e4, 0.0], "the input after log_softmax_forward has run")
cube = np.log(np.arange(1.0, 13.0)).reshape(2, 3, 2)
along = {dim: cube - np.log(np.exp(cube).sum(axis=dim, keepdims=True)) for dim in (0, 1, 2, -2)}
for dim, expected in along.items():
    wrong = {"along the last dimension, whatever dim is": along[2]}
    what = f"log_softmax_forward of a (2, 3, 2) along dim {dim}"
    close(log_softmax_forward(cube, dim), expected, what, suspects=wrong)
part, half = log_softmax_forward(np.array([[0.0, -np.inf, 0.0]])), -np.log(2)
close(part, [[half, -np.inf, half]], "log_softmax_forward with an excluded class")
### END HIDDEN TESTS

# %% [markdown]
# Your function against the postcard, in float32. The exact losses for $t = 0$ are 0, 100, 20,000,
# $\log 2$ and $2 \cdot 10^{-9}$. (The last is 0 next to 20. The postcard calls it `-0`, which is
# $-\log 1$: where you see that in a log, somebody took the logarithm of a softmax.)

# %%
print(f"{'logits':>20} {'postcard':>10} {'yours':>10}")
for row in ([200.0, 0.0], [0.0, 100.0], [-1e4, 1e4], [-1e4, -1e4], [20.0, 0.0]):
    z = np.array(row, np.float32)
    print(f"{row!s:>20} {postcard(z, 0):10.4g} {0 - log_softmax_forward(z)[0]:10.4g}")

# %% [markdown]
# Given: the public function and its rule. Every $\log p_j$ contains every $z_i$ through the sum,
# whose logarithm has the slope $p_i$:
#
# $$\bar z_i = g_i - p_i \sum_j g_j$$

# %% given: log-softmax

# %% [markdown]
# ## 4. Which answers count
#
# A batch of $n$ rows of logits comes with $n$ class indices $t_i$, and each row has its loss $L_i$.
# But not all rows count the same. Sentences of different lengths are padded at the end, and the
# padding has no right answer: such a row carries the target `ignore_index`, and counts 0. And where
# one class is rare, its rows can count more: `weight` has a number for each class. A mean of rows
# that count differently divides by how much they count together:
#
# $$L = \sum_i s_i L_i \qquad s_i = \frac{w_{t_i}}{\sum_j w_{t_j}}$$
#
# For `"sum"` and `"none"`, $s_i$ is just $w_{t_i}$. Dividing by $n$ is the classic mistake: a batch
# with much padding would then train with a smaller learning rate, and nobody would notice.
#
# **Exercise 4 · medium · 20 minutes.** Fill in `target_scale`.


# %% nbgrader={"grade_id": "target-scale", "solution": true}
#| export
def target_scale(target, weight, ignore_index: int = -100, reduction: str = "mean"):
    """How much the loss of each row counts in the result.

    target: class indices, (n,); a row whose target is `ignore_index` counts 0. weight: how much
    each class counts, (classes,). For "mean" the scales are divided by their sum; if that is 0,
    they are all NaN, and so is the loss (NumPy's `0 / 0` does that by itself, with a warning).
    Shapes: (n,), the dtype of `weight`. `ignore_index` may be any integer, a class as well. No
    array that came in is changed.
    """
    # Three or four lines.
    ### BEGIN SOLUTION
    counted = target != ignore_index
    scale = weight[np.where(counted, target, 0)] * counted  # (n,)
    return scale / scale.sum() if reduction == "mean" else scale
    ### END SOLUTION


# %% nbgrader={"grade_id": "target-scale-test", "grade": true, "points": 2}
# Four rows, of which one is ignored; then classes that count 1, 2 and 4.
target, even, weight = np.array([2, 0, -100, 1]), np.ones(3), np.array([1.0, 2.0, 4.0])
what = "target_scale([2, 0, -100, 1], [1, 1, 1])"
close(target_scale(target, even), [1 / 3, 1 / 3, 0, 1 / 3], what, suspects=MISTAKES["shares"])
what = 'target_scale([2, 0, -100, 1], [1, 1, 1], reduction="sum")'
close(target_scale(target, even, reduction="sum"), [1, 1, 0, 1], what, suspects=MISTAKES["counts"])
wrong, what = MISTAKES["weighted"], "target_scale([2, 0], [1, 2, 4])"
close(target_scale(np.array([2, 0]), weight), [0.8, 0.2], what, suspects=wrong)

# %% nbgrader={"grade_id": "target-scale-hidden", "grade": true, "points": 3}
# Also graded: "none", a class that is ignored, weights and ignored rows together, float32,
# nothing left that counts, no rows, arrays left as they were.
### BEGIN HIDDEN TESTS
target, weight = np.array([2, -100, 1, 1]), np.array([1.0, 2.0, 4.0], np.float32)
what = "target_scale([2, -100, 1, 1], [1, 2, 4])"
wrong = {"divided by how many count, not by how much": [4 / 3, 0, 2 / 3, 2 / 3]}
wrong["the ignored row counts in the divisor"] = [4 / 9, 0, 2 / 9, 2 / 9]
close(target_scale(target, weight), [0.5, 0, 0.25, 0.25], what, suspects=wrong, dtype="float32")
close(target, [2, -100, 1, 1], "the targets after target_scale has run")
close(weight, [1, 2, 4], "the weights after target_scale has run")
for reduction in ("sum", "none"):
    part = target_scale(target, weight, -100, reduction)
    wrong = {f"divided, as only a mean is, not {reduction!r}": [0.5, 0, 0.25, 0.25]}
    close(part, [4, 0, 2, 2], f"target_scale with {reduction!r}", suspects=wrong)
part = target_scale(np.array([0, 2, 2, 1]), np.ones(3), ignore_index=2)
wrong = {"only negative targets were ignored, not ignore_index": [0.25] * 4}
close(part, [0.5, 0, 0, 0.5], "target_scale([0, 2, 2, 1], ignore_index=2)", suspects=wrong)
part = target_scale(np.array([0, -1]), np.ones(3), ignore_index=-1, reduction="sum")
close(part, [1, 0], "target_scale([0, -1], ignore_index=-1)")
with np.errstate(all="ignore"):
    part = target_scale(np.array([-100, -100]), np.ones(3))
    close(part, [np.nan, np.nan], "target_scale where all is ignored")
    close(target_scale(np.array([], int), np.ones(3)), [], "target_scale of no rows")
### END HIDDEN TESTS

# %% [markdown]
# Given: `nll_loss` (negative log-likelihood), which takes logarithms of probabilities, picks the
# one of the right class in each row, and scales. Around it: the checks, and the step from batches
# of any shape, (n, classes, d1, ...) with targets (n, d1, ...), to plain rows. An index that is no
# class is an error that names it: NumPy would take -1 for the last class without a word.

# %% given: rows

# %% given: nll

# %% [markdown]
# ## 5. Cross-entropy in one go
#
# `nll_loss(log_softmax(z), t)` is right and stable. It is also wasteful: of the $n \times K$
# logarithms that `log_softmax` writes into memory, $n$ are used. Only the right class needs one:
#
# $$L_i = \log \sum_k e^{z_{ik} - m_i} - (z_{i t_i} - m_i)$$
#
# So cross-entropy is an operation of its own. Its forward rule goes over the logits once, and saves
# for the backward pass what it computes on the way: the exponentials $e^{z_{ik} - m_i}$. Divided by
# the sums of their rows they are the softmax, but that can wait. Given: `row_sums`, which is
# `np.sum(x, axis=1)`, three times faster on large arrays.
#
# **Exercise 5 · medium · 20 minutes.** Fill in `cross_entropy_rows`. To pick one number in each
# row, index with two arrays: `x[np.arange(n), target]`.

# %% given: row-sums


# %% nbgrader={"grade_id": "cross-entropy", "solution": true}
#| export
def cross_entropy_rows(x: np.ndarray, target: np.ndarray) -> tuple:
    """The cross-entropy of each row of logits against its class, and the exponentials.

    Shapes: x (n, classes), target int64 (n,) -> losses (n,), exponentials (n, classes), those of
    the logits less the largest of their row. The dtype of `x` stays, and `x` is not changed.
    """
    # Four lines; an array of your own can be changed in place: `np.exp(e, out=e)`.
    ### BEGIN SOLUTION
    e = x - np.max(x, axis=1, keepdims=True)  # (n, classes)
    picked = e[np.arange(len(x)), target]  # (n,)
    np.exp(e, out=e)
    return np.log(row_sums(e)) - picked, e
    ### END SOLUTION


# %% nbgrader={"grade_id": "cross-entropy-test", "grade": true, "points": 2}
# Three rows with known probabilities.
p, target = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1], [0.1, 0.8, 0.1]]), np.array([2, 0, 0])
losses, e = cross_entropy_rows(np.log(p) + 3.0, target)
what, wrong = "the losses of rows with p = 0.5, 0.7 and 0.1", cross_entropy_mistakes(p, target, 3.0)
close(losses, -np.log([0.5, 0.7, 0.1]), what, suspects=wrong, rtol=1e-4)
wrong, expected = exponential_mistakes(p, 3.0), p / p.max(axis=1, keepdims=True)
close(e, expected, "the exponentials of the three rows", suspects=wrong)

# %% nbgrader={"grade_id": "cross-entropy-hidden", "grade": true, "points": 3}
# Also graded: logits of 10,000 and -10,000 in one batch, float32, a single class, no rows,
# the input left as it was.
### BEGIN HIDDEN TESTS
x = np.array([[1e4, 0, -1e4], [-1e4, -1e4, -1e4], [5, 5, 5], [-1e4, 1e4, 0]], np.float32)
losses, e = cross_entropy_rows(x, np.array([0, 1, 2, 0]))
what, even = "the losses for logits of 10,000 and -10,000", np.log(3)
infinite = [np.inf, -np.inf, even, np.inf]
wrong = {"the logarithm of a probability that became 0": [0, even, even, np.inf]}
wrong["exp of a large logit is infinite: take out the largest of the row"] = infinite
wrong["the largest of the whole batch was taken out, not of each row"] = [0, -np.inf, -np.inf, 2e4]
close(losses, [0, even, even, 2e4], what, suspects=wrong, dtype="float32")
expected = [[1, 0, 0], [1, 1, 1], [1, 1, 1], [0, 1, 0]]
close(e, expected, "the exponentials for logits of 10,000 and -10,000", dtype="float32")
close(x[0], [1e4, 0, -1e4], "the logits after the losses were computed", hint="make a new array")
losses, e = cross_entropy_rows(np.array([[7.0], [-7.0]]), np.array([0, 0]))
close(losses, [0, 0], "the losses where there is one class only")
losses, e = cross_entropy_rows(np.zeros((0, 3)), np.array([], int))
equal((losses.shape, e.shape), ((0,), (0, 3)), "the shapes for no rows")
### END HIDDEN TESTS

# %% [markdown]
# The loss of an answer between two classes, as its logits move apart. Sure and right costs almost
# nothing, undecided costs $\log 2$, and sure and wrong costs as much as one was sure: the curve
# becomes a straight line of slope 1. So a mistake pulls with a force that does not fade with its
# size, and does not explode either.

# %% given: apart

# %% [markdown]
# ## 6. The most beautiful gradient there is
#
# Differentiate $L = \log \sum_k e^{z_k} - z_t$. The first term gives the softmax, the second gives
# 1 at the right class:
#
# $$\frac{\partial L}{\partial z_j} = p_j - [j = t]$$
#
# Probability minus truth. No exponential, no logarithm, nothing that can overflow: each logit is
# pushed down by the probability it has, and the right one is pulled up by the probability it lacks.
# What forward saved are the exponentials $e_j$, with $p_j = e_j / \sum_k e_k$. Passes over a large
# array are what costs time here, so fold $g$ into the quotient, a column of one value a row:
#
# $$\bar z_j = e_j \cdot \Big(g \Big/ \sum_k e_k\Big) - g\, [j = t]$$
#
# **Exercise 6 · medium · 15 minutes.** Fill in `cross_entropy_gradient`. Here $g$ holds one number
# for each row, already scaled (for a mean, by $1/n$).


# %% nbgrader={"grade_id": "cross-entropy-gradient", "solution": true}
#| export
def cross_entropy_gradient(g: np.ndarray, e: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The gradient of the logits, from the gradient `g` of the loss of each row.

    e: the exponentials that `cross_entropy_rows` saved; divided by their row sums, the softmax.
    Shapes: g (n,), e (n, classes), target int64 (n,) -> (n, classes), a new array; the dtype of
    `e` stays, and no array that came in is changed.
    """
    # Three lines.
    ### BEGIN SOLUTION
    gradient = e * (g / row_sums(e))[:, None]  # (n, classes) * (n, 1)
    gradient[np.arange(len(g)), target] -= g
    return gradient
    ### END SOLUTION


# %% nbgrader={"grade_id": "cross-entropy-gradient-test", "grade": true, "points": 2}
# Two rows with g of 2 and 0.5, and exponentials that are four times the softmax.
p, target = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1]]), np.array([2, 1])
g, right = np.array([[2.0], [0.5]]), np.array([[0, 0, 1], [0, 1, 0]])
what, wrong = "the gradient of the logits, for g = [2, 0.5]", gradient_mistakes(g, p, right)
close(cross_entropy_gradient(g[:, 0], 4 * p, target), g * (p - right), what, suspects=wrong)

# %% nbgrader={"grade_id": "cross-entropy-gradient-hidden", "grade": true, "points": 3}
# Also graded: a g of 0, float32, agreement with central differences, the saved exponentials left
# as they were.
### BEGIN HIDDEN TESTS
p = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1], [0.1, 0.8, 0.1]], np.float32)
g, target = np.array([0.5, 10.0, 0.0], np.float32), np.array([2, 1, 1])
e = p * np.array([[1], [4], [2]], np.float32)
part, what = cross_entropy_gradient(g, e, target), "the gradient for g = [0.5, 10, 0]"
right, column = np.eye(3)[target], g[:, None]
wrong = {"g is missing": p - right}
wrong["g belongs to the target as well: g * (p - 1)"] = column * p - right
wrong["g belongs to the softmax as well: g * (p - 1)"] = p - column * right
expected = [[0.1, 0.15, -0.25], [7, -8, 1], [0, 0, 0]]
close(part, expected, what, suspects=wrong, dtype="float32", atol=1e-6)
close(e[1], [2.8, 0.8, 0.4], "the saved exponentials after the rule has run")
close(g, [0.5, 10.0, 0.0], "g after the rule has run")
x, target = np.array([[0.3, -1.0, 0.5], [2.0, 0.1, -0.4]]), np.array([1, 0])
g, what = np.array([2.0, -3.0]), "the gradient against central differences"
numeric = slopes(lambda z: g @ (np.log(np.exp(z).sum(axis=1)) - z[[0, 1], target]), x)
close(cross_entropy_gradient(g, np.exp(x), target), numeric, what, rtol=1e-4, atol=1e-7)
### END HIDDEN TESTS

# %% [markdown]
# As a picture, for eight rows of a half-trained classifier: softmax, target, and their difference,
# which is the gradient. Blue is pulled up, red is pushed down. In the first rows the classifier is
# right and sure, and there is nothing left to learn; in the last it is wrong.

# %% given: half-trained

# %%
logits, target = half_trained()
e = cross_entropy_rows(logits, target)[1]
draw_gradient(e / row_sums(e)[:, None], cross_entropy_gradient(np.ones(8), e, target))

# %% [markdown]
# Given: the operation, made of your two functions.

# %% given: cross-entropy-op

# %% [markdown]
# Was it worth it? Three ways to the same loss and gradient for 1,024 rows of 1,000 classes: the
# postcard written with tensors, two operations, and one. Each array of this size takes 4.1 MB.
# On the left the most memory in use at one time, on the right the time. The one operation needs
# less than a third of the postcard's memory and less than half of its time.

# %% given: ways

# %%
ways = {"postcard": by_postcard, "log_softmax\nand nll_loss": by_two, "cross_entropy": by_one}
z, t = thousand_classes()
draw_costs({name: cost(way, z, t) for name, way in ways.items()})

# %% [markdown]
# ## 7. Do not be too sure
#
# The loss of a right answer falls to 0 only where its logit is infinitely larger than the others,
# so a network that has learned everything still inflates its logits. **Label smoothing** asks for
# less: the target is no longer 1 for the right class and 0 for the others, but a mixture with the
# even distribution over all $K$ classes,
#
# $$q_j = (1 - \epsilon)\,[j = t] + \frac{\epsilon}{K}$$
#
# and the loss compares two distributions, which is what *cross-entropy* means: $L = -\sum_j q_j
# \log p_j$. It is smallest where $p = q$, at logits of finite size.
#
# **Exercise 7 · easy · 15 minutes.** Fill in `soft_targets`.


# %% nbgrader={"grade_id": "label-smoothing", "solution": true}
#| export
def soft_targets(target: np.ndarray, classes: int, label_smoothing: float) -> np.ndarray:
    """The distribution that each class index stands for: one-hot, mixed with the even one.

    Shapes: int64 (n,) -> float64 (n, classes). Each row adds up to 1.
    Source: Szegedy et al. (2016), Rethinking the Inception architecture, section 7,
    arXiv:1512.00567.
    """
    # Two or three lines.
    ### BEGIN SOLUTION
    q = np.full((len(target), classes), label_smoothing / classes)  # (n, classes)
    q[np.arange(len(target)), target] += 1 - label_smoothing
    return q
    ### END SOLUTION


# %% nbgrader={"grade_id": "label-smoothing-test", "grade": true, "points": 2}
# Two targets among four classes, with a smoothing of 0.2.
part = soft_targets(np.array([3, 0]), 4, 0.2)
right = np.array([[0, 0, 0, 1], [1, 0, 0, 0]])
wrong, expected = smoothing_mistakes(right), np.where(right, 0.85, 0.05)
close(part, expected, "soft_targets([3, 0], 4, 0.2)", suspects=wrong)

# %% nbgrader={"grade_id": "label-smoothing-hidden", "grade": true, "points": 3}
# Also graded: no smoothing, nothing but smoothing, as many rows as classes, classes that no target
# names.
### BEGIN HIDDEN TESTS
target, one_hot = np.array([1, 2, 1]), np.array([[0.0, 1, 0], [0, 0, 1], [0, 1, 0]])
wrong = {"transposed: a row for every class instead of a column": one_hot.T}
close(soft_targets(target, 3, 0.0), one_hot, "soft_targets([1, 2, 1], 3, 0)", suspects=wrong)
what = "soft_targets([1, 2, 1], 3, 1), nothing but smoothing"
close(soft_targets(target, 3, 1.0), np.full((3, 3), 1 / 3), what)
expected = 0.9 * one_hot + 0.1 / 3
close(soft_targets(target, 3, 0.1), expected, "soft_targets([1, 2, 1], 3, 0.1)")
close(soft_targets(np.array([0, 0]), 1, 0.3), [[1.0], [1.0]], "soft_targets where K = 1")
part = soft_targets(np.array([1, 0]), 5, 0.5)
expected = [[0.1, 0.6, 0.1, 0.1, 0.1], [0.6, 0.1, 0.1, 0.1, 0.1]]
hint = "there may be more classes than the targets name"
close(part, expected, "soft_targets([1, 0], 5, 0.5)", hint=hint)
### END HIDDEN TESTS

# %% [markdown]
# Given: `cross_entropy` as PyTorch has it. Class indices take the fast way of sections 5 and 6.
# Smoothed targets, and targets that are distributions themselves (floats of the shape of the
# logits), go through `log_softmax`.

# %% given: cross-entropy

# %% [markdown]
# What smoothing changes: two classes, the loss against the distance of their logits. Without it the
# curve falls for ever; with it, it has a lowest point, where $p = q$. Beyond that, more certainty
# costs.

# %% given: smoothing

# %% [markdown]
# ## 8. Yes or no
#
# A photograph may show a dog *and* a cat. Then every class is a question of its own, answered by
# one logit $z$ through the sigmoid $\sigma(z) = 1 / (1 + e^{-z})$, with a target $t$ of 1 or 0 (or
# any number between). The loss is the **binary cross-entropy**. Where yes is rare, `pos_weight`
# makes it count $w$ times:
#
# $$L = -w\, t \log \sigma(z) - (1 - t) \log (1 - \sigma(z))$$
#
# The same trap: $\sigma(200)$ is exactly 1 in float32, and $\log(1 - 1)$ is minus infinity. Both
# logarithms are one function, the *softplus*, and with the large part taken out it never overflows:
#
# $$-\log \sigma(z) = s(-z), \quad -\log(1 - \sigma(z)) = s(z), \qquad
# s(z) = \log(1 + e^z) = \max(z, 0) + \log(1 + e^{-|z|})$$
#
# **Exercise 8 · medium · 25 minutes.** Fill in `bce_losses`.


# %% nbgrader={"grade_id": "bce", "solution": true}
#| export
def bce_losses(x: np.ndarray, t: np.ndarray, pos_weight=1.0) -> tuple:
    """The binary cross-entropy of each logit in `x` against its target, and exp(-abs(x)).

    t: targets from 0 to 1. pos_weight: what the answer yes counts, a number or an array that
    broadcasts. Right for logits of any size; the dtype of `x` stays; no array is changed.
    Shapes: losses and exponentials as `x`. The rule below needs the exponentials.
    """
    # Three to five lines. `np.log1p(e)` is log(1 + e), also where 1 + e would round to 1.
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(x))
    rest = np.log1p(e)
    yes, no = np.maximum(-x, 0) + rest, np.maximum(x, 0) + rest
    return pos_weight * t * yes + (1 - t) * no, e
    ### END SOLUTION


# %% nbgrader={"grade_id": "bce-test", "grade": true, "points": 2}
# The probabilities 0.5, 0.8, 0.8 and 0.2, for the answers yes, yes, no and yes.
x, t = np.log(np.array([1.0, 4.0, 4.0, 0.25])), np.array([1.0, 1.0, 0.0, 1.0])
losses, e = bce_losses(x, t)
expected = -np.log([0.5, 0.8, 0.2, 0.2])
close(losses, expected, "the list of losses of these four", suspects=bce_mistakes(expected, t))
close(e, [1, 0.25, 0.25, 0.25], "exp(-abs(x))", suspects=MISTAKES["exponentials"])
losses, e = bce_losses(x, t, pos_weight=3.0)
wrong, expected = pos_weight_mistakes(expected, t), expected * [3, 3, 1, 3]
close(losses, expected, "the list of losses with pos_weight=3", suspects=wrong)

# %% nbgrader={"grade_id": "bce-hidden", "grade": true, "points": 3}
# Also graded: logits of 10,000 and -10,000, targets between 0 and 1, a pos_weight a column,
# float32, arrays left as they were.
### BEGIN HIDDEN TESTS
x = np.array([[1e4, 1e4], [-1e4, -1e4], [0, -200]], np.float32)
t, half = np.array([[1, 0], [1, 0], [0.25, 0.5]], np.float32), np.log(2)
losses, e = bce_losses(x, t)
infinite = [[np.nan, np.inf], [np.inf, np.nan], [half, np.inf]]
wrong = {"exp overflowed, or the sigmoid became 0 or 1: take the large part out": infinite}
what, hint = "the losses for logits of 10,000 and -10,000", "max(z, 0) + log(1 + exp(-abs(z)))"
close(losses, [[0, 1e4], [1e4, 0], [half, 100]], what, suspects=wrong, hint=hint, dtype="float32")
close(e, [[0, 0], [0, 0], [1, 0]], "exp(-abs(x))", dtype="float32")
what, weight = "the losses with a pos_weight for each column", np.array([2.0, 8.0], np.float32)
losses, e = bce_losses(x, t, pos_weight=weight)
wrong = {"pos_weight counts for the answer no": [[0, 8e4], [1e4, 0], [1.75 * half, 100]]}
close(losses, [[0, 1e4], [2e4, 0], [1.25 * half, 800]], what, suspects=wrong, dtype="float32")
close(x[0], [1e4, 1e4], "the logits after the losses were computed")
close(t[2], [0.25, 0.5], "the targets after the losses were computed")
z = np.linspace(-20.0, 20.0, 41)
expected = 1.5 * 0.3 * np.logaddexp(0, -z) + 0.7 * np.logaddexp(0, z)
losses, e = bce_losses(z, np.full(41, 0.3), 1.5)
close(losses, expected, "the losses for t = 0.3 and pos_weight=1.5")
### END HIDDEN TESTS

# %% [markdown]
# Given: the rule (with $w = 1$ it is again probability minus truth, $\sigma(z) - t$), and the
# public function.

# %% given: bce

# %% given: bce-curves

# %% [markdown]
# Each curve on the left is flat on the side of the right answer and straight on the other. On the
# right their slopes: never beyond $-w$ and 1. With $w = 3$, a missed yes pulls three times as hard.
#
# Given last: the classes, modules that remember their settings and call the functions. A `weight`
# is a buffer, so it is saved with the `state_dict`.

# %% given: classes

# %% [markdown]
# ## 9. Put to use: a network reads digits
#
# Your layers from module 03, your loss, and a training loop written by hand: for each batch the
# loss, `backward`, and a step against the gradient. An untrained network gives all ten classes
# about the same probability, so its loss should start near $\log 10 = 2.30$. A first loss far from
# the logarithm of the number of classes is the quickest sign that something is wrong.

# %% given: reading

# %%
manual_seed(4)
model = Sequential(Linear(64, 64), ReLU(), Linear(64, 32), ReLU(), Linear(32, 10))
criterion, rng = CrossEntropyLoss(), np.random.default_rng(4)
losses, norms, new_losses = [], [], [criterion(answers(model), new_labels).item()]
print(f"before training: loss {new_losses[0]:.3f}, log 10 = {math.log(10):.3f}")
assert abs(new_losses[0] - math.log(10)) < 0.2

for _epoch in range(30):
    for batch in shuffled(len(labels), 32, rng):
        loss = criterion(model(images[batch]), labels[batch])
        model.zero_grad()
        loss.backward()
        with no_grad():
            for parameter in model.parameters():
                parameter -= 0.3 * parameter.grad
        losses.append(loss.item())
        norms.append(gradient_norms(model))
    new_losses.append(criterion(answers(model), new_labels).item())

logits = answers(model)
guesses = logits.argmax(dim=1).numpy()
accuracy = float((guesses == data.test_labels).mean())
print(f"after: {new_losses[-1]:.3f}, {accuracy:.1%} of {len(guesses)} new digits are right")
assert accuracy >= 0.95, "the network should read at least 95% of digits it has never seen"

# %% given: learning

# %% [markdown]
# The loss of the batches falls for ever; the loss of new digits stops falling, because what is left
# are digits that the network is sure of and has wrong. After a rise at the
# start the gradients fall with the loss, in all three layers alike: none has vanished.
#
# `reduction="none"` finds the worst: the eight new digits with the largest loss, each with what the
# network took it for, how sure it was, and what it is.

# %% given: worst

# %%
each = cross_entropy(logits, new_labels, reduction="none").numpy()
draw_worst(each, guesses, softmax(logits, dim=1).numpy().max(axis=1))

# %% [markdown]
# Left, the confusion matrix: what the digits of each row were taken for. Nearly all of them stand
# on the diagonal.
#
# ## Reflection
#
# The squared error could train a classifier, too: against targets of 0 and 1, on the softmax. Think
# of an answer that is sure and wrong, $p_t \approx 0$. How large is the gradient of the logits
# under cross-entropy, and how large under the squared error of the softmax, which has the factor
# $p_j (1 - p_j)$ in it? What does that mean for learning from the worst mistakes? Answer in two or
# three sentences.

# %% [markdown]
# *Your answer here.*
