# %% [markdown]
# # 04 · Losses
#
# A network produces numbers, and the data says what they should have been. A **loss** turns the two
# into one number: how wrong. All that a network learns, it learns from the gradient of that number.
#
# The formulas fit on a postcard. Typed in exactly as they stand, they work for weeks; then one day
# a logit grows too large, and the loss is `nan`. In this module you meet each of these failures
# first and then fix it. You end up with PyTorch's `mse_loss`, `nll_loss`, `cross_entropy` and
# `binary_cross_entropy_with_logits`, as accurate for logits of 10,000 as for logits of 1, and
# faster than the postcard. A network made of your own layers then learns to read digits with them.

# %% given: imports

# %% given: notebook-imports

# %% given: tests

# %% [markdown]
# ## 1. How far off is a number?
#
# If the true values are $b_i$ and you predict $a_i$, the **mean squared error** (MSE) and the mean
# absolute error (**L1 loss**) are
#
# $$L = \frac{1}{n} \sum_i (a_i - b_i)^2 \qquad L = \frac{1}{n} \sum_i |a_i - b_i|$$
#
# Every loss has three **reductions**: the `"mean"` over all values, the usual choice for training,
# because the learning rate then does not depend on the batch size; their `"sum"`; and `"none"`, an
# array with the loss of each value. Both forward rules are given. They return the result and, for
# the backward pass, the difference $d = a - b$.

# %% given: errors

# %% [markdown]
# You write the backward rules. $g$ is the gradient of the result: one number for a mean or a sum,
# an array for `"none"`. The target $b$ gets a gradient as well: in some models it is itself the
# output of a network. How does it differ from that of $a$?
#
# **Exercise 1 · easy · 20 minutes.** Fill in `error_rules`.


# %% nbgrader={"grade_id": "error-rules", "solution": true}
#| export
def error_rules() -> dict:
    """The rules of the two errors: {op: (rule of a, rule of b)} for mse_op and l1_op.

    A rule is a function (g, difference, a, b, reduction="mean") of arrays. g: the gradient of the
    result. difference: a - b, which forward saved; a mean divides by `difference.size`, the number
    of all its values. Where the difference is 0, the slope of its absolute value counts as 0.
    A rule returns a gradient in the shape and dtype of `difference` (where a and b broadcast, the
    caller adds it up), and does not change any of the arrays.
    """
    # About ten lines: two functions, the sign for b, and a dict.
    ### BEGIN SOLUTION

    def mse_rule(g, difference, a, b, reduction="mean"):
        if reduction == "mean":
            g = g / difference.size
        return 2 * g * difference

    def l1_rule(g, difference, a, b, reduction="mean"):
        if reduction == "mean":
            g = g / difference.size
        return g * np.sign(difference)

    def negative(rule):
        return lambda *args, **params: -rule(*args, **params)

    return {mse_op: (mse_rule, negative(mse_rule)), l1_op: (l1_rule, negative(l1_rule))}
    ### END SOLUTION


# %% nbgrader={"grade_id": "error-rules-test", "grade": true, "points": 2}
# The gradients of a and b, in means and sums of three errors.
rules, a, b = error_rules(), np.array([1.0, 4.0, 2.0]), np.array([2.0, 1.0, 2.0])
counts = {op.name: len(rules[op]) for op in rules}
equal(counts, {"mse_loss": 2, "l1_loss": 2}, "the operations, and how many rules each has")
for op, slope in ((mse_op, np.array([-2.0, 6.0, 0.0])), (l1_op, np.array([-1.0, 1.0, 0.0]))):
    for reduction, n in (("mean", 3), ("sum", 1)):
        for letter, rule, sign in zip("ab", rules[op], (1, -1), strict=True):
            part, right = rule(5.0, a - b, a, b, reduction=reduction), sign * 5 * slope / n
            what = f"the gradient of {letter} in {op.name}, reduction {reduction!r}"
            close(part, right, what, suspects=error_mistakes(right, 5, 3))

# %% nbgrader={"grade_id": "error-rules-test-2", "grade": true, "points": 2}
# Tables in float32, "none", and the arrays left as they were.
rules, a = error_rules(), np.array([[1, 4, 2], [0, -1, 3]], np.float32)
b, table = np.array([[2, 1, 2], [2, 0, 0]], np.float32), np.array([[1, 3, 5], [2, 4, 7]], "f4")
for op, slope in ((mse_op, 2 * (a - b)), (l1_op, np.sign(a - b))):
    for reduction, g, n in (("mean", np.float32(12), 6), ("none", table, 1)):
        what, right = f"the gradient of a table in {op.name}, {reduction!r}", g * slope / n
        wrong = {"divided by the number of rows: n counts all values": 3 * right}
        wrong |= {'divided: "none" does not': right / 6, "g is missing": slope / n}
        part = keeping(rules[op][0], what, g, a - b, a, b, reduction=reduction)
        close(part, right, what, suspects=wrong, dtype="float32")

# %% nbgrader={"grade_id": "error-rules-hidden", "grade": true, "points": 2}
# Also graded: a and b that broadcast, three dimensions, "none" for b.
### BEGIN HIDDEN TESTS
rules, a = error_rules(), np.array([[1.0], [4.0], [2.0]])
for b in (np.array([2.0, 1.0]), np.zeros((4, 1, 1)), np.array(3.0)):
    for op, slope in ((mse_op, 2 * (a - b)), (l1_op, np.sign(a - b))):
        for rule, sign in zip(rules[op], (1, -1), strict=True):
            what, right = f"{op.name}, shapes {a.shape} and {b.shape}", sign * slope
            close(rule(a - b + 1, a - b, a, b, reduction="none"), right * (a - b + 1), what)
            close(rule(3.0, a - b, a, b, reduction="mean"), right * 3 / slope.size, what)
### END HIDDEN TESTS

# %% given: mse

# %% [markdown]
# What is the best single guess for the five numbers 1, 2, 2.5, 3 and 9? That depends on the loss.
# The squared error is smallest at their mean, 3.5: the pull of a value grows with its distance, so
# the 9 drags the guess upward. With the absolute error, all values pull equally hard, and the best
# guess is the median, 2.5. Below are both losses and their slopes, which are 0 at the best guess.

# %% given: best-guess

# %% [markdown]
# ## 2. Where the exponential ends: predict, then measure
#
# A classifier gives each class $j$ a number $z_j$, a **logit**: the larger, the likelier. Softmax
# turns logits into probabilities, and the loss is small if that of the right class $t$ is large:
#
# $$p_j = \frac{e^{z_j}}{\sum_k e^{z_k}} \qquad L = -\log p_t$$
#
# That is what the postcard says, and here it is as code. It is correct: the probabilities 1/2, 1/4
# and 1/4 give the loss $\log 2$. Then try logits of your own, larger and larger.


# %%
def postcard(z: np.ndarray, t: int) -> np.ndarray:
    """-log softmax(z)[t], as the formula stands."""
    with np.errstate(all="ignore"):  # NumPy would warn: the next lines show of what
        e = np.exp(z)
        return -np.log(e / e.sum(axis=-1, keepdims=True))[..., t]


assert np.isclose(postcard(np.log([2.0, 1.0, 1.0]), 0), np.log(2))
for row in ([0.0, 10.0], [0.0, 50.0], [0.0, 100.0], [100.0, 0.0]):
    print(f"logits {row}, the first class is right: loss {postcard(np.float32(row), 0)}")

# %% [markdown]
# A float32 ends at $3.4 \cdot 10^{38}$. Beyond it there is only `inf` (**overflow**), and
# `inf / inf` is `nan`. At the other end, below $1.4 \cdot 10^{-45}$, there is only 0
# (**underflow**), and its logarithm is minus infinity. How soon does an exponential get there?
#
# **Exercise 2 · easy · 10 minutes.** Fill in `exp_limits`. Guess before you calculate: up to which
# logit does the postcard work in float32, 40, 90, 1,000 or 10,000?


# %% nbgrader={"grade_id": "exp-limits", "solution": true}
#| export
def exp_limits(dtype) -> tuple:
    """Two positive numbers: beyond the first exp(x) is infinite, beyond the second exp(-x) is 0.

    dtype: a float type of NumPy. `np.finfo(dtype)` knows its `max`, the largest number, and its
    `smallest_subnormal`, the smallest above 0 (`tiny` is larger: it still has all its digits).
    Both within 0.7: rounding moves the second by up to log(2), which you may ignore.
    """
    # Two lines.
    ### BEGIN SOLUTION
    info = np.finfo(dtype)
    return math.log(info.max), -math.log(info.smallest_subnormal)
    ### END SOLUTION


# %% nbgrader={"grade_id": "exp-limits-test", "grade": true, "points": 2}
# The limits of float32, which networks are made of, and of float16.
above, below = exp_limits(np.float32)
near(above, 88.72, "the x beyond which exp(x) is infinite", MISTAKES["infinite"])
near(below, 103.28, "the x beyond which exp(-x) is 0", MISTAKES["zero"])
near(exp_limits(np.float16), (11.09, 16.64), "exp_limits(np.float16)", MISTAKES["float32"])

# %% nbgrader={"grade_id": "exp-limits-hidden", "grade": true, "points": 1}
# Also graded: float64.
### BEGIN HIDDEN TESTS
near(exp_limits(np.float64), (709.78, 744.44), "exp_limits(np.float64)", MISTAKES["float32"])
### END HIDDEN TESTS

# %% [markdown]
# Now measure. In the postcard's loss of a wrong answer, the right class has the logit 0 and another
# one has $z$, so the true loss is $\log(1 + e^z)$, almost $z$. Each curve breaks off where your
# prediction, the dotted line, says it will. The classifier at the end of this module has logits of
# 30: too much for float16.

# %% given: postcard

# %% [markdown]
# ## 3. Logarithms of probabilities
#
# Adding the same number to all logits changes no probability: $e^{z - m} = e^z e^{-m}$, and the
# factor cancels. So subtract the largest, $m = \max_k z_k$. Then no exponential exceeds 1, and the
# sum is at least 1, because the largest logit contributes $e^0$. This is the **log-sum-exp** trick.
# And never compute a probability just to take its logarithm: it may round to 0, where $\log p_j$ is
# simply a number such as $-10{,}000$. The logarithm of a quotient is a difference.
#
# $$\log p_j = (z_j - m) - \log \sum_k e^{z_k - m}$$
#
# Mind the brackets: $z_j - (m + \log \sum)$ is the same on paper. But near 10,000 a float32 has
# only three decimals, so no more than three remain of a $\log \sum$ of 1.0986123 once 10,000 has
# been added and subtracted again. To lose digits in the difference of two large, nearly equal
# numbers is called **catastrophic cancellation**.
#
# **Exercise 3 · medium · 15 minutes.** Fill in `log_softmax_forward`.


# %% nbgrader={"grade_id": "log-softmax", "solution": true}
#| export
def log_softmax_forward(x: np.ndarray, dim: int = -1) -> np.ndarray:
    """The logarithm of the softmax of `x` along `dim`, right to the last digits for any logits.

    A logit of minus infinity excludes its class, and stays minus infinity. `x` is not changed.
    Shapes: any, kept; so is the dtype. exp of the result adds up to 1 along `dim`.
    Source: Blanchard, Higham and Higham (2021), equation 1.5, doi:10.1093/imanum/draa038.
    """
    # Two or three lines.
    ### BEGIN SOLUTION
    shifted = x - np.max(x, axis=dim, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))
    ### END SOLUTION


# %% nbgrader={"grade_id": "log-softmax-test", "grade": true, "points": 2}
# Two rows of known probabilities, along both dimensions, and an excluded class.
p = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1]])
z, what = np.log(p) + np.array([[4.0], [-2.0]]), "log_softmax_forward of two rows"
part = keeping(log_softmax_forward, what, z)
close(part, np.log(p), what, suspects=log_softmax_mistakes(z, p))
part, wrong = log_softmax_forward(z.T, 0), log_softmax_mistakes(z.T, p.T)
close(part, np.log(p.T), "log_softmax_forward, dim=0", suspects=wrong)
part, half = log_softmax_forward(np.array([[0.0, -np.inf, 0.0]])), -np.log(2)
close(part, [[half, -np.inf, half]], "log_softmax_forward with an excluded class")

# %% nbgrader={"grade_id": "log-softmax-test-2", "grade": true, "points": 2}
# Logits far too large for exp, and rows that differ by 20,000, in float32.
part, what = log_softmax_forward(np.array([[1000.0, 1000.0]])), "log_softmax of [[1000, 1000]]"
close(part, np.log([[0.5, 0.5]]), what, suspects=overflow_mistakes())
z, even = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4]], np.float32), [-np.log(3)] * 3
part, what = log_softmax_forward(z), "log_softmax_forward of logits of 10,000 and -10,000"
close(part, [[0, -2e4, -1e4], even], what, suspects=far_mistakes(z), dtype="float32")

# %% nbgrader={"grade_id": "log-softmax-hidden", "grade": true, "points": 1}
# Also graded: three dimensions, and dims counted from the end.
### BEGIN HIDDEN TESTS
cube = np.log(np.arange(1.0, 13.0)).reshape(2, 3, 2)
for dim in (0, 1, 2, -2):
    right = cube - np.log(np.exp(cube).sum(axis=dim, keepdims=True))
    close(log_softmax_forward(cube, dim), right, f"log_softmax of a (2, 3, 2) along dim {dim}")
### END HIDDEN TESTS

# %% [markdown]
# Your function against the postcard, in float32. The exact losses for $t = 0$ are 0, 100, 20,000,
# $\log 2$ and $2 \cdot 10^{-9}$. (The postcard prints the last one as `-0`, which is $-\log 1$:
# where you see that in a log, somebody took the logarithm of a softmax.)

# %% given: beside

# %% given: log-softmax

# %% [markdown]
# ## 4. Which answers count
#
# A batch of $n$ rows of logits comes with $n$ class indices $t_i$, and each row has a loss $L_i$.
# Not every row counts the same. Sentences are padded to one length, and padding has no right
# answer: such a row has the target `ignore_index` and counts 0. And where a class is rare, its rows
# can count more: `weight` holds a number for each class. The mean is then a weighted mean:
#
# $$L = \sum_i s_i L_i \qquad s_i = \frac{w_{t_i}}{\sum_j w_{t_j}}$$
#
# For `"sum"` and `"none"`, $s_i$ is just $w_{t_i}$. Dividing by $n$ is the classic mistake: a batch
# with a lot of padding would then train with a smaller learning rate, and nobody would notice.
#
# **Exercise 4 · medium · 20 minutes.** Fill in `target_scale`.


# %% nbgrader={"grade_id": "target-scale", "solution": true}
#| export
def target_scale(target, weight, ignore_index: int = -100, reduction: str = "mean"):
    """How much the loss of each row counts in the result.

    target: class indices, (n,); a row whose target is `ignore_index` counts 0. weight: how much
    each class counts, (classes,). For "mean", the scales are divided by their sum; if that is 0,
    they are all NaN (NumPy's `0 / 0` does that by itself, with a warning). `ignore_index` may be
    any integer, also a class. Shapes: (n,), in the dtype of `weight`. Neither array is changed.
    """
    # Three or four lines.
    ### BEGIN SOLUTION
    counted = target != ignore_index
    scale = weight[np.where(counted, target, 0)] * counted  # (n,)
    return scale / scale.sum() if reduction == "mean" else scale
    ### END SOLUTION


# %% nbgrader={"grade_id": "target-scale-test", "grade": true, "points": 2}
# Four rows, of which one is ignored, in a mean, a sum and "none", for equal and other weights.
target, even, what = np.array([2, 0, -100, 1]), np.ones(3), "target_scale, equal weights"
part = keeping(target_scale, what, target, even)
close(part, [1 / 3, 1 / 3, 0, 1 / 3], what, suspects=MISTAKES["shares"])
for reduction in ("sum", "none"):
    part = target_scale(target, even, reduction=reduction)
    close(part, [1, 1, 0, 1], f"target_scale, {reduction!r}", suspects=MISTAKES["counts"])
target, weight = np.array([2, -100, 1, 1]), np.array([1.0, 2.0, 4.0])
what = "target_scale([2, -100, 1, 1], [1, 2, 4])"
close(target_scale(target, weight), [0.5, 0, 0.25, 0.25], what, suspects=MISTAKES["weighted"])
close(target_scale(target, weight, reduction="sum"), [4, 0, 2, 2], f"{what}, in a sum")

# %% nbgrader={"grade_id": "target-scale-test-2", "grade": true, "points": 2}
# Another ignore_index, nothing left that counts, float32, and the arrays left as they were.
target, weight = np.array([0, 2, 2, 1]), np.array([1, 2, 4], np.float32)
what = "target_scale where class 2 is ignored"
part = keeping(target_scale, what, target, weight, ignore_index=2)
close(part, [1 / 3, 0, 0, 2 / 3], what, suspects=MISTAKES["negative"], dtype="float32")
with np.errstate(all="ignore"):
    part = target_scale(np.array([-100, -100]), weight)
close(part, [np.nan, np.nan], "target_scale where every row is ignored")

# %% nbgrader={"grade_id": "target-scale-hidden", "grade": true, "points": 1}
# Also graded: an ignore_index of -1, 255 and 0, "none" with weights.
### BEGIN HIDDEN TESTS
for index in (-1, 255, 0):
    for reduction, right in (("none", [2, 0, 4]), ("mean", [1 / 3, 0, 2 / 3])):
        part = target_scale(np.array([1, index, 2]), np.array([1.0, 2, 4]), index, reduction)
        close(part, right, f"target_scale([1, {index}, 2], ignore_index={index}), {reduction!r}")
### END HIDDEN TESTS

# %% [markdown]
# Given: `nll_loss` (**negative log-likelihood**), which takes logarithms of probabilities, picks
# that of the right class in each row, and scales it. Batches of any shape become plain rows first.
# An index that is not a class is an error: NumPy would silently take -1 for the last class.

# %% given: rows

# %% [markdown]
# ## 5. Cross-entropy in one go
#
# `nll_loss(log_softmax(z), t)` is right and stable. It is also wasteful: of the $n \times K$
# logarithms that `log_softmax` writes to memory, only $n$ are used, those of the right classes:
#
# $$L_i = \log \sum_k e^{z_{ik} - m_i} - (z_{i t_i} - m_i)$$
#
# So **cross-entropy** becomes an operation of its own. Its forward rule goes over the logits once,
# and saves the exponentials $e^{z_{ik} - m_i}$ for the backward pass: divided by the sums of their
# rows, they are the softmax. Given above: `scaled(losses, scale, reduction)` makes the result from
# the losses of the rows, and `row_sums(x)` is a fast `np.sum(x, axis=1)`.
#
# **Exercise 5 · medium · 20 minutes.** Fill in `cross_entropy_forward`. To pick one number from
# each row, index with two arrays: `x[np.arange(n), target]`.


# %% nbgrader={"grade_id": "cross-entropy", "solution": true}
#| export
def cross_entropy_forward(x: np.ndarray, target: np.ndarray, scale, reduction: str) -> tuple:
    """The cross-entropy of rows of logits against their classes, and the exponentials.

    Shapes: x (n, classes), target int64 (n,); scale, how much each row counts, one number or (n,).
    Returns what `scaled` makes of the losses, (n,) for "none", else one number; and exp of the
    logits less the largest of their row, (n, classes). Right for logits of any size.
    The dtype of `x` stays, and no array that came in is changed.
    """
    # Five lines; an array of your own can be changed in place: `np.exp(e, out=e)`.
    ### BEGIN SOLUTION
    e = x - np.max(x, axis=1, keepdims=True)  # (n, classes)
    picked = e[np.arange(len(x)), target]  # (n,)
    np.exp(e, out=e)
    losses = np.log(row_sums(e)) - picked
    return scaled(losses, scale, reduction), e
    ### END SOLUTION


# %% nbgrader={"grade_id": "cross-entropy-test", "grade": true, "points": 2}
# Three rows with known probabilities: each loss, the exponentials, the mean and the sum.
p, target = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1], [0.1, 0.8, 0.1]]), np.array([2, 0, 0])
x, right = np.log(p) + 3.0, -np.log([0.5, 0.7, 0.1])
each, e = keeping(cross_entropy_forward, "cross_entropy_forward", x, target, 1.0, "none")
what, wrong = "the losses of rows with p = 0.5, 0.7 and 0.1", cross_entropy_mistakes(p, target, 3.0)
close(each, right, what, suspects=wrong)
wrong, what = exponential_mistakes(p, 3.0), "the exponentials of the three rows"
close(e, p / p.max(axis=1, keepdims=True), what, suspects=wrong)
wrong = {"divided by n twice: scale divides already": right.mean() / 3, "not scaled": right.sum()}
part = cross_entropy_forward(x, target, 1 / 3, "mean")[0]
close(part, right.mean(), "the mean loss, for a scale of 1/3", suspects=wrong)
part, wrong = cross_entropy_forward(x, target, np.array([2.0, 0.0, 1.0]), "sum")[0], right.sum()
close(part, 2 * right[0] + right[2], "the sum, scaled [2, 0, 1]", suspects={"not scaled": wrong})

# %% nbgrader={"grade_id": "cross-entropy-test-2", "grade": true, "points": 2}
# Logits of 10,000 and -10,000 in one batch, in float32.
x = np.array([[1e4, 0, -1e4], [-1e4, -1e4, -1e4], [5, 5, 5], [-1e4, 1e4, 0]], np.float32)
each, e = cross_entropy_forward(x, np.array([0, 1, 2, 0]), 1.0, "none")
what, expected = "the losses for logits of 10,000 and -10,000", [0, np.log(3), np.log(3), 2e4]
close(each, expected, what, suspects=far_loss_mistakes(), dtype="float32")
expected = [[1, 0, 0], [1, 1, 1], [1, 1, 1], [0, 1, 0]]
close(e, expected, "the exponentials for logits of 10,000 and -10,000", dtype="float32")

# %% nbgrader={"grade_id": "cross-entropy-hidden", "grade": true, "points": 1}
# Also graded: excluded classes, an ignored row of infinite loss, no rows.
### BEGIN HIDDEN TESTS
x = np.array([[0.0, -np.inf, 0.0], [2.0, 2.0, -np.inf]])
part = cross_entropy_forward(x, np.array([0, 1]), 1.0, "none")[0]
close(part, [np.log(2), np.log(2)], "the losses beside excluded classes")
part = cross_entropy_forward(x, np.array([0, 2]), np.array([1.0, 0.0]), "sum")[0]
close(part, np.log(2), "the sum where the row that counts 0 has an infinite loss")
each, e = cross_entropy_forward(np.zeros((0, 3)), np.array([], int), 1.0, "none")
equal((each.shape, e.shape), ((0,), (0, 3)), "the shapes for no rows")
### END HIDDEN TESTS

# %% given: cross-entropy-op

# %% [markdown]
# ## 6. The most beautiful gradient there is
#
# Three operations still need their rules. First, `log_softmax`: every $\log p_j$ of a row depends
# on $z_i$ through $\log \sum_k e^{z_k}$, whose slope along $z_i$ is $p_i$, and $\log p_i$ contains
# $z_i$ itself as well. Second, `nll_loss`: which numbers of its input reach the result, and which
# get a gradient of 0? Third, both in one, $L = \log \sum_k e^{z_k} - z_t$:
#
# $$\frac{\partial L}{\partial z_j} = p_j - [j = t]$$
#
# Probability minus truth, with nothing that can overflow: each logit is pushed down by the
# probability it has, and the right one is pulled up by the probability it lacks. Forward saved the
# exponentials $e_j$, with $p_j = e_j / \sum_k e_k$. Given above: `row_gradients(g, scale, n)`, the
# gradient of the loss of each row, (n,).
#
# **Exercise 6 · hard · 35 minutes.** Fill in `class_rules`.


# %% nbgrader={"grade_id": "class-rules", "solution": true}
#| export
def class_rules() -> dict:
    """{op: (rule of the logits,)} for log_softmax_op, nll_op and cross_entropy_op.

    log_softmax_op: a function (g, out, x, dim=-1); `out` is the result, `g` has its shape.
    nll_op: (g, out, x, target, scale, reduction); x (n, classes) holds logarithms.
    cross_entropy_op: (g, e, x, target, scale, reduction); forward saved the exponentials `e`.
    A rule returns the gradient of x, a new array in its shape and dtype, and does not change any of
    the arrays: a second backward reads them again.
    """
    # About fourteen lines: three functions and a dict.
    ### BEGIN SOLUTION

    def log_softmax_rule(g, out, x, dim=-1):
        p = np.exp(out)
        p *= np.sum(g, axis=dim, keepdims=True)  # in place: large arrays cost time to make
        return np.subtract(g, p, out=p)

    def nll_rule(g, out, x, target, scale, reduction):
        gradient = np.zeros_like(x)  # (n, classes)
        gradient[np.arange(len(x)), target] = -row_gradients(g, scale, len(x))
        return gradient

    def cross_entropy_rule(g, e, x, target, scale, reduction):
        g = row_gradients(g, scale, len(x))  # (n,)
        gradient = e * (g / row_sums(e))[:, None]  # (n, classes) * (n, 1)
        gradient[np.arange(len(x)), target] -= g
        return gradient

    return {
        log_softmax_op: (log_softmax_rule,),
        nll_op: (nll_rule,),
        cross_entropy_op: (cross_entropy_rule,),
    }
    ### END SOLUTION


# %% nbgrader={"grade_id": "class-rules-test", "grade": true, "points": 2}
# The rules of log_softmax, along both dimensions, and of nll_loss, in float32.
rules, p = class_rules(), np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1]], "f4")
names, g = ["cross_entropy", "log_softmax", "nll_loss"], np.array([[3, 0, 1], [0, -1, 2]], "f4")
equal(sorted(op.name for op in rules), names, "the operations that have rules")
rule, out, what = rules[log_softmax_op][0], np.log(p), "the gradient of log_softmax"
part, right = keeping(rule, what, g, out, out + 4, dim=1), [[2.2, -1.2, -1], [-0.7, -1.2, 1.9]]
wrong = log_softmax_rule_mistakes(g, p)
close(part, right, what, suspects=wrong, dtype="float32", atol=1e-6)
part, wrong = rule(g.T, out.T, out.T, dim=0), {"dim is ignored": g.T - p.T * g.T.sum(1)[:, None]}
close(part, np.transpose(right), f"{what}, dim=0", suspects=wrong, atol=1e-6)
scale, right = np.array([1, 4], "f4"), np.array([[0, 0, -3], [-12, 0, 0]])
part = rules[nll_op][0](np.float32(3), np.float32(2), out, np.array([2, 0]), scale, "sum")
wrong, what = nll_rule_mistakes(right, scale[:, None]), "the gradient of nll_loss, for g = 3"
close(part, right, what, suspects=wrong, dtype="float32")

# %% nbgrader={"grade_id": "class-rules-test-2", "grade": true, "points": 3}
# The rule of cross_entropy for a g of 2 and 0.5 and for a mean, and the arrays left as they were.
rule, p = class_rules()[cross_entropy_op][0], np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1]], "f4")
g, right, target = np.array([[2], [0.5]], "f4"), np.array([[0, 0, 1], [0, 1, 0]]), np.array([2, 1])
what, wrong = "the gradient of the logits, for g = [2, 0.5]", gradient_mistakes(g, p, right)
part = keeping(rule, what, g[:, 0], 4 * p, np.log(4 * p), target, 1.0, "none")
close(part, g * (p - right), what, suspects=wrong, dtype="float32", atol=1e-6)
what, wrong = "the gradient in a mean, for g = 3", gradient_mistakes(1.5, p, right)
wrong["the scale is missing: row_gradients(g, scale, n) applies it"] = 3 * (p - right)
part = rule(3.0, 4 * p, np.log(4 * p), target, 1 / 2, "mean")
close(part, 1.5 * (p - right), what, suspects=wrong, atol=1e-6)

# %% nbgrader={"grade_id": "class-rules-hidden", "grade": true, "points": 2}
# Also graded: logits of 1,000, three dimensions, "none" in nll_loss, a scale of 0.
### BEGIN HIDDEN TESTS
rules = class_rules()
p, g = np.arange(1.0, 13.0).reshape(2, 3, 2), np.arange(-6.0, 6.0).reshape(2, 3, 2) ** 2
for dim in (0, 1, 2, -2):
    q, sums = p / p.sum(axis=dim, keepdims=True), g.sum(axis=dim, keepdims=True)
    part = rules[log_softmax_op][0](g, np.log(q), np.log(p) + 1000, dim=dim)
    close(part, g - q * sums, f"the gradient of log_softmax: (2, 3, 2), dim {dim}, logits of 1,000")
p, target = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1], [0.1, 0.8, 0.1]]), np.array([2, 1, 1])
g, scale = np.array([0.5, 10.0, 3.0]), np.array([1.0, 2.0, 0.0])
part = rules[nll_op][0](g, np.ones(3), np.log(p), target, scale, "none")
close(part, [[0, 0, -0.5], [0, -20, 0], [0, 0, 0]], 'the gradient of nll_loss in "none"')
part = rules[cross_entropy_op][0](2 * g, p, np.log(p), target, scale, "none")
close(part, [[0.2, 0.3, -0.5], [28, -32, 4], [0, 0, 0]], "the gradient where a row counts 0")
### END HIDDEN TESTS

# %% given: class-vjps

# %% [markdown]
# As a picture, for eight rows of a half-trained classifier: the softmax, the target, and their
# difference, which is the gradient. Blue is pulled up, red is pushed down. In the first rows the
# classifier is right and confident, and there is nothing left to learn; in the last it is wrong.
#
# Was it worth it? Below, three ways to the same loss and gradient for 1,024 rows of 1,000 classes:
# the postcard written with tensors, two operations, and one. That one needs about a third of
# the postcard's memory and, unless the computer is busy with other things, less than half its time.

# %% given: half-trained

# %% given: ways

# %% [markdown]
# ## 7. Do not be too sure
#
# The loss of a right answer reaches 0 only if its logit is infinitely larger than the others, so a
# network that has learned everything keeps inflating its logits. **Label smoothing** asks for
# less: the target is no longer 1 for the right class and 0 for the others, but a mixture with the
# uniform distribution over all $K$ classes. And the loss compares two distributions, which is what
# *cross-entropy* means, with class weights $w_j$ if there are any:
#
# $$q_j = (1 - \epsilon)\,[j = t] + \frac{\epsilon}{K} \qquad L = -\sum_j w_j q_j \log p_j$$
#
# Without weights, it is smallest where $p = q$, at finite logits. You write it with tensors, so the
# gradient comes for free from the rules that you have.
#
# **Exercise 7 · medium · 20 minutes.** Fill in `smoothed_losses`.


# %% nbgrader={"grade_id": "label-smoothing", "solution": true}
#| export
def smoothed_losses(rows: Tensor, target: np.ndarray, label_smoothing: float, weight=None):
    """The cross-entropy of each row of logits against its smoothed target, as a Tensor.

    Shapes: rows (n, classes), target int64 (n,), weight None or a Tensor (classes,) -> (n,).
    Dtype and precision are those of `rows`, for logits of any size. Gradients flow back to `rows`.
    Source: Szegedy et al. (2016), section 7, arXiv:1512.00567.
    """
    # About five lines: the distributions q as an array, then the loss with tensors.
    ### BEGIN SOLUTION
    classes = rows.shape[1]
    q = np.full(rows.shape, label_smoothing / classes, rows.dtype)  # (n, classes)
    q[np.arange(len(target)), target] += 1 - label_smoothing
    q = tensor(q) if weight is None else tensor(q) * weight
    return -(log_softmax(rows, 1) * q).sum(dim=1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "label-smoothing-test", "grade": true, "points": 2}
# The losses of two rows of four classes, to the last digits, and with weights in float32.
p, target = np.array([[0.1, 0.2, 0.3, 0.4], [0.4, 0.1, 0.2, 0.3]]), np.array([3, 1])
right, part = np.eye(4)[target], smoothed_losses(tensor(np.log(p)), target, 0.2)
q = np.where(right, 0.85, 0.05)
wrong, expected = smoothing_mistakes(right, np.log(p)), -(q * np.log(p)).sum(axis=1)
close(part, expected, "the losses of two rows, smoothed by 0.2", suspects=wrong)
what, hint = "the losses to the last digits of float64", "give q the dtype of the logits"
close(part, expected, what, rtol=1e-12, atol=0, hint=hint)
weight, what = tensor(np.array([1, 2, 3, 4], "f4")), "the losses with weights, in float32"
part = smoothed_losses(tensor(np.log(p).astype("f4")), target, 0.2, weight)
wrong = {"weight is not used": expected, "weighted by the right class only": expected * [4, 2]}
close(part, -(q * np.log(p)) @ [1, 2, 3, 4], what, suspects=wrong, dtype="float32")

# %% nbgrader={"grade_id": "label-smoothing-test-2", "grade": true, "points": 1}
# The gradient of the logits, by the rules of exercise 6.
p, q = np.array([[0.1, 0.2, 0.3, 0.4]]), [[0.05, 0.05, 0.05, 0.85]]
x = tensor(np.log(p), requires_grad=True)
losses = smoothed_losses(x, np.array([3]), 0.2)
true(losses.requires_grad, "the losses lead back to the logits", hint="compute with tensors")
losses.sum().backward()
close(x.grad, p - q, "the gradient of the logits, softmax minus q")

# %% nbgrader={"grade_id": "label-smoothing-hidden", "grade": true, "points": 1}
# Also graded: no smoothing, nothing but smoothing, other shapes, logits of 1,000.
### BEGIN HIDDEN TESTS
for n, classes, eps in ((3, 3, 0.0), (3, 3, 1.0), (2, 5, 0.5), (4, 2, 0.1), (1, 1, 0.3)):
    x, what = np.cos(np.arange(n * classes)).reshape(n, -1) * 1000, f"({n}, {classes}), {eps}"
    log_p = x - np.logaddexp.reduce(x, axis=1, keepdims=True)
    expected = -(1 - eps) * log_p[:, 0] - eps * log_p.mean(axis=1)
    close(smoothed_losses(tensor(x), np.zeros(n, int), eps), expected, f"the losses for {what}")
### END HIDDEN TESTS

# %% [markdown]
# Given: `cross_entropy` as PyTorch has it. Plain class indices take the fast path of sections 5 and
# 6; smoothed targets, and targets that are distributions themselves, go through `log_softmax`. The
# figure shows the loss of two classes. Without smoothing, an undecided answer costs $\log 2$, and a
# wrong one costs about as much as it was confident: its pull neither fades nor explodes. With
# smoothing there is a lowest point, where $p = q$, and more confidence than that costs.

# %% given: cross-entropy

# %% given: smoothing

# %% [markdown]
# ## 8. Yes or no
#
# A photograph may show a dog *and* a cat. Then each class is a separate question, answered by one
# logit $z$ through the sigmoid $\sigma(z) = 1 / (1 + e^{-z})$, with a target $t$ of 1 or 0 (or
# anything between). The loss is the **binary cross-entropy**. Where yes is rare, `pos_weight`
# makes it count $w$ times. Below, the formula in float32, then the exact values:
#
# $$L = -w\, t \log \sigma(z) - (1 - t) \log (1 - \sigma(z))$$

# %%
z = np.float32([5.0, 10.0, 20.0, 100.0])
with np.errstate(all="ignore"):
    p = 1 / (1 + np.exp(-z))
    print(f"yes: {-np.log(p)}\n no: {-np.log(1 - p)}")
print(f"yes, exact: {np.logaddexp(0, -z.astype(float))}\n no, exact: {z + np.exp(-z)}")
assert p[2] == 1, "in float32"

# %% [markdown]
# From a logit of 17 the sigmoid *is* 1 in float32: yes costs 0, and no costs infinity. Long before
# that, $1 - p$ loses digits by catastrophic cancellation. The cure: both logarithms are one
# function, the **softplus** $s$, in which nothing overflows once the large part is taken out:
#
# $$-\log \sigma(z) = s(-z), \quad -\log(1 - \sigma(z)) = s(z), \qquad
# s(z) = \log(1 + e^z) = \max(z, 0) + \log(1 + e^{-|z|})$$
#
# One trap is left: in float32, $1 + e^{-20}$ is 1. `np.log1p(e)` is $\log(1 + e)$ without that sum.
#
# **Exercise 8 · medium · 25 minutes.** Fill in `bce_forward`.


# %% nbgrader={"grade_id": "bce", "solution": true}
#| export
def bce_forward(x, t, weight, pos_weight, reduction) -> tuple:
    """The binary cross-entropy of logits `x` against targets `t` from 0 to 1, and exp(-abs(x)).

    pos_weight: how much the answer yes counts. weight: how much each loss counts, or None. Both are
    numbers or arrays that broadcast to `x`. `reduced` makes the result: a mean divides by the
    number of values, whatever the weights. Right for logits of any size; small losses do not become
    0: a correct yes costs exp(-20) for a logit of 20. The dtype of `x` stays; no array is changed.
    """
    # Five to seven lines. The rules need the exponentials, in the shape of `x`.
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(x))
    rest = np.log1p(e)
    yes, no = np.maximum(-x, 0) + rest, np.maximum(x, 0) + rest
    losses = pos_weight * t * yes + (1 - t) * no
    if weight is not None:
        losses = losses * weight
    return reduced(losses, reduction), e
    ### END SOLUTION


# %% nbgrader={"grade_id": "bce-test", "grade": true, "points": 2}
# The probabilities 0.5, 0.8, 0.8 and 0.2, for the answers yes, yes, no and yes, with weights.
x, t, weight = np.log([1, 4, 4, 0.25]), np.array([1.0, 1, 0, 1]), np.array([1.0, 0, 2, 5])
each, e = keeping(bce_forward, "bce_forward", x, t, None, 1.0, "none")
right = -np.log([0.5, 0.8, 0.2, 0.2])
close(each, right, "the losses of these four", suspects=bce_mistakes(right, t))
close(e, [1, 0.25, 0.25, 0.25], "exp(-abs(x))", suspects=MISTAKES["exponentials"])
part, yes, wrong = bce_forward(x, t, None, 3.0, "none")[0], right * [3, 3, 1, 3], {}
close(part, yes, "the losses with pos_weight=3", suspects=pos_weight_mistakes(right, t))
part = keeping(bce_forward, "bce_forward with weight", x, t, weight, 3.0, "mean")[0]
wrong["divided by the weights: a mean divides by the number"] = (yes * weight).sum() / 8
wrong["weight was not used"] = yes.mean()
close(part, (yes * weight).mean(), "the mean with weight and pos_weight", suspects=wrong)
part = bce_forward(x, 0 * t + 0.5, None, 3.0, "sum")[0]
close(part, -1.5 * np.log(0.064) - 0.5 * np.log(0.016), "the sum for targets of 0.5, pos_weight=3")

# %% nbgrader={"grade_id": "bce-test-2", "grade": true, "points": 2}
# Logits of 10,000, -10,000 and 20 in float32.
x, t = np.array([[1e4, 1e4], [-1e4, -1e4]], np.float32), np.array([[1, 0], [1, 0]], np.float32)
each, e = bce_forward(x, t, None, 1.0, "none")
what, hint = "the losses for logits of 10,000 and -10,000", "max(z, 0) + log(1 + exp(-abs(z)))"
wrong = {"exp overflowed, or the sigmoid became 0 or 1": [[np.nan, np.inf], [np.inf, np.nan]]}
close(each, [[0, 1e4], [1e4, 0]], what, suspects=wrong, hint=hint, dtype="float32")
close(e, np.zeros((2, 2)), "exp(-abs(x)) for these logits", dtype="float32")
part, what = bce_forward(np.float32([20]), np.float32([1]), None, 1.0, "none")[0], "yes, logit 20"
wrong = {"1 + exp(-20) rounded to 1: use np.log1p": [0.0]}
close(part, [2.0611537e-9], f"the loss: {what}", suspects=wrong, rtol=1e-3, atol=0)

# %% nbgrader={"grade_id": "bce-hidden", "grade": true, "points": 1}
# Also graded: a pos_weight per column and a weight per row, tables, targets between 0 and 1.
### BEGIN HIDDEN TESTS
x, t = np.linspace(-20.0, 20.0, 40).reshape(20, 2), np.full((20, 2), 0.3)
weight, pos_weight = np.linspace(0.0, 2.0, 20)[:, None], np.array([2.0, 8.0])
each = pos_weight * 0.3 * np.logaddexp(0, -x) + 0.7 * np.logaddexp(0, x)
close(bce_forward(x, t, None, pos_weight, "none")[0], each, "the losses, a pos_weight per column")
for how, right in (("mean", np.mean), ("sum", np.sum)):
    part = bce_forward(x, t, weight, pos_weight, how)[0]
    close(part, right(each * weight), f"the {how}, with a weight per row")
### END HIDDEN TESTS

# %% [markdown]
# Given: the rules (with $w = 1$, that of $z$ is again probability minus truth, $\sigma(z) - t$) and
# the public function. In the figure, each curve on the left is flat on the side of the right answer
# and straight on the other. The slopes, on the right, stay between $-w$ and 1: with $w = 3$, a
# missed yes pulls three times as hard. Last, the classes: modules that remember their settings.

# %% given: bce

# %% given: bce-curves

# %% given: classes

# %% [markdown]
# ## 9. One pass
#
# The log-sum-exp trick reads a row twice: once for the largest, once for the sum. What if a row is
# too long for memory and arrives in blocks, each seen once? What you keep of the blocks so far must
# survive the arrival of a larger logit. *FlashAttention* works this way.
#
# **Stretch 1 · hard · 30 minutes.** Fill in `log_sum_exp_of_blocks`.


# %% nbgrader={"grade_id": "blocks", "solution": true}
def log_sum_exp_of_blocks(blocks) -> np.ndarray:
    """The log-sum-exp of each row of a table that arrives in blocks of columns, each read once.

    blocks: an iterator of arrays (n, some columns), at least one, of finite logits of any size.
    Shapes: -> (n,); what is kept from block to block has this shape too.
    Source: Milakov and Gimelshein (2018), algorithm 3, arXiv:1805.02867.
    """
    # About six lines.
    ### BEGIN SOLUTION
    largest, total = -np.inf, 0.0
    for block in blocks:
        known, largest = largest, np.maximum(largest, np.max(block, axis=1))  # (n,)
        total = total * np.exp(known - largest)
        total += np.sum(np.exp(block - largest[:, None]), axis=1)
    return largest + np.log(total)
    ### END SOLUTION


# %% nbgrader={"grade_id": "blocks-test", "grade": true, "points": 0}
# Blocks of several widths, in both orders, with logits of 10,000 and -10,000.
x = np.array([[1.0, 2, 3, 4, 9], [1e4, -1e4, 0, 1e4, 5], [-1e4] * 5, [5, 4, 3, 2, 1]])
for table in (x, x[:, ::-1]):
    for ends in ([2], [1, 2, 3, 4], []):
        part, what = log_sum_exp_of_blocks(iter(np.split(table, ends, axis=1))), f"split at {ends}"
        close(part, np.logaddexp.reduce(x, axis=1), f"log-sum-exp, {what}", rtol=1e-12)

# %% [markdown]
# ## 10. Put to use: a network reads digits
#
# Your layers from module 03, your loss, and a training loop written by hand: for each batch the
# loss, `backward`, and a step against the gradient. An untrained network gives all ten classes
# about the same probability. A first loss far from $\log 10 = 2.30$ is the quickest sign of a bug.

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
guesses = answers(model).argmax(dim=1).numpy()
accuracy = float((guesses == data.test_labels).mean())
print(f"after: {new_losses[-1]:.3f}, {accuracy:.1%} of {len(guesses)} new digits are right")
assert accuracy >= 0.95, "the network should read at least 95% of digits it has never seen"

# %% given: learning

# %% [markdown]
# The loss of the batches keeps falling; the loss of new digits levels off, because what remains is
# digits that the network gets wrong with confidence. After a rise at the start, the gradients of
# all three layers fall with the loss: none has vanished. `reduction="none"` finds the worst: the
# eight new digits with the largest loss, each with what the network took it for, how confident it
# was, and what it is. On the left, the **confusion matrix**: what the digits of each row were taken
# for. Nearly all of them are on the diagonal.

# %% given: worst

# %% [markdown]
# ## Reflection
#
# The squared error could train a classifier too: against targets of 0 and 1, on the softmax. Think
# of an answer that is confident and wrong, $p_t \approx 0$. How large is the gradient of the logits
# under cross-entropy, and how large under the squared error of the softmax, with its factor of
# $p_j (1 - p_j)$? What does that mean for learning from the worst mistakes?

# %% [markdown]
# *Your answer here.*
