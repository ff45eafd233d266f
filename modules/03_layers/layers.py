# %% [markdown]
# # 03 · Layers and activations
#
# A model made of loose tensors works, as you saw at the end of module 02. But a model of fifty
# layers has a hundred of them, and each must be initialized, found, updated and saved. So a layer
# is an object that keeps its own tensors, and a model is an object that keeps layers. At the end of
# this module you own both, `nn.Module` and `nn.Linear`, with activation functions, dropout, the
# initialization that lets deep models learn at all, and a **multilayer perceptron** (MLP) that
# reads handwritten digits. From now on you write an operation and its rules side by side.

# %% given: imports

# %% given: tests

# %% [markdown]
# ## 1. A linear layer
# A **linear layer** (also called *fully connected* or *dense*) turns `in` features into `out`
# numbers. Each of its `out` **units** has one weight per feature, and a bias:
#
# $$y_{nj} = \sum_i x_{ni} W_{ji} + b_j \qquad\text{or}\qquad y = x W^\top + b$$
#
# The weight has the shape (out, in), one row per unit, as in PyTorch; hence the transpose. With
# tensors you could write `x @ W.T + b`, which adds three nodes (receipts, in module 02) to the
# computational graph and makes three arrays. As *one* operation it adds one node, and the bias is
# added in place. The input may have any number of leading dimensions: (batch, in), (batch, words,
# in), or none at all. `as_rows`, which is given, merges them into one.
#
# **Exercise 1 · easy · 10 minutes.** Fill in `linear_forward`.

# %% given: as-rows

# %% nbgrader={"grade_id": "linear-forward", "solution": true}
#| export
def linear_forward(x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
    """`x @ weight.T + bias`, as `torch.nn.functional.linear`; the arguments stay as they are.

    Shapes: x (..., in), weight (out, in), bias (out,) or None -> (..., out); the dtype is x's.
    Raises: ValueError "3 features, but the weight takes 4" with the two numbers of the case.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
    """
    # Five lines: the check, the product, the bias, the leading dimensions.
    ### BEGIN SOLUTION
    if x.shape[-1] != weight.shape[1]:
        raise ValueError(f"{x.shape[-1]} features, but the weight takes {weight.shape[1]}")
    out = as_rows(x) @ weight.T  # (rows, in) @ (in, out)
    if bias is not None:
        out += bias
    return out.reshape(*x.shape[:-1], len(weight))
    ### END SOLUTION


# %% nbgrader={"grade_id": "linear-forward-test", "grade": true, "points": 3}
# A case by hand, with and without a bias; a square weight; one row, stacks of rows; dtype; errors.
x, bias = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]]), np.array([10.0, 20.0])
weight = np.array([[1.0, 0.0, 2.0], [0.5, -1.0, 0.0]])
out, wrong = linear_forward(x, weight, bias), linear_mistakes(x, weight, bias)
close(out, [[17, 18.5], [18, 21]], "linear_forward(x, weight, bias)", suspects=wrong)
close(linear_forward(x, weight), [[7, -1.5], [8, 1]], "linear_forward(x, weight), without a bias")
for shape in ((1, 2), (2, 3, 2), (2, 1, 5, 2), (2,)):
    x, square = np.arange(float(math.prod(shape))).reshape(shape), np.array([[1.0, 2], [3, 4]])
    kept, expected = x.copy(), np.stack([x @ [1, 2] + 10, x @ [3, 4] + 20], axis=-1)
    out, what = linear_forward(x, square, bias), f"linear_forward of x of shape {shape}"
    close(out, expected, what, suspects=linear_mistakes(x, square, bias))
    close(x, kept, "x after the call")
close(bias, [10, 20], "the bias after the call")
single = [np.ones(shape, np.float32) for shape in ((4, 2), (3, 2), (3,))]
close(linear_forward(*single), np.full((4, 3), 3.0), "the result in float32", dtype="float32")
for shape in ((5, 2), (3, 2), (2, 3, 2)):
    what, hint = f"the error for x of shape {shape}, weight (2, 3)", "name both numbers"
    with raises(ValueError, r"2 features.*3", what, hint=hint):
        linear_forward(np.ones(shape), weight, bias)

# %% nbgrader={"grade_id": "linear-forward-hidden", "grade": true, "points": 1}
# Also graded: other shapes, no rows, no features.
### BEGIN HIDDEN TESTS
for shape in ((3, 3), (3,), (2, 4, 3), (0, 3), (2, 0, 3), (2, 0)):
    x, weight = np.full(shape, 2.0), np.arange(4.0 * shape[-1]).reshape(4, -1)
    expected = 2 * np.ones((*shape[:-1], 1)) * weight.sum(axis=1) + np.arange(4.0)
    out = linear_forward(x, weight, np.arange(4.0))
    close(out, expected, f"linear_forward of x of shape {shape}")
### END HIDDEN TESTS

# %% [markdown]
# Now the gradients. With $g = \bar y$, look where each value was used, as in module 02. $x_{ni}$
# was used by every unit $j$, with weight $W_{ji}$. $W_{ji}$ was used in every row $n$, and so was
# $b_j$. A value that was used several times gets the sum:
#
# $$\bar x_{ni} = \sum_j g_{nj} W_{ji} \qquad \bar W_{ji} = \sum_n g_{nj} x_{ni}
# \qquad \bar b_j = \sum_n g_{nj}$$
#
# The first two are matrix products. Which matrices, in which order, and which one is transposed?
# The shapes will tell you. Since the sum runs over $n$, a batch may as well come in parts. And the
# bias's sum? Over a million rows of float32, `g.sum(axis=0)` keeps only two or three digits; the
# given `column_sums(g)` adds up the rows of a table in blocks, and keeps them all.
#
# **Exercise 2 · medium · 20 minutes.** Fill in `linear_rules`.


# %% nbgrader={"grade_id": "linear-rules", "solution": true}
#| export
def linear_rules() -> tuple:
    """The rules of `linear`: three functions (g, out, x, weight, bias=None).

    Shapes: g (..., out) -> (..., in) for x, (out, in) for weight, (out,) for bias. Each gradient
    has the dtype of g, and the arguments stay as they are.
    """
    # Three functions of one or two lines each.
    ### BEGIN SOLUTION

    def for_x(g, out, x, weight, bias=None):
        return (as_rows(g) @ weight).reshape(x.shape)  # (rows, out) @ (out, in)

    def for_weight(g, out, x, weight, bias=None):
        return as_rows(g).T @ as_rows(x)  # (out, rows) @ (rows, in)

    def for_bias(g, out, x, weight, bias=None):
        g = as_rows(g)  # (rows, out)
        return column_sums(g)

    return for_x, for_weight, for_bias
    ### END SOLUTION


# %% nbgrader={"grade_id": "linear-rules-test", "grade": true, "points": 3}
# A case by hand, with and without a bias; a square weight; one row, stacks of rows; dtype; g.
for_x, for_weight, for_bias = linear_rules()
x, g = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]]), np.array([[1.0, -1.0], [2.0, 0.5]])
weight, bias = np.array([[1.0, 0.0, 2.0], [0.5, -1.0, 0.0]]), np.array([10.0, 20.0])
inputs, wrong = (g, x @ weight.T + bias, x, weight, bias), {"g is transposed": g.T @ weight}
for some, how in ((inputs, ""), (inputs[:4], ", without a bias")):
    expected = [[0.5, 1, 2], [2.25, -0.5, 4]]
    close(for_x(*some), expected, f"the gradient of x{how}", suspects=wrong)
hint, wrong = "it has the shape of the weight, (out, in)", weight_mistakes(g, x)
part, expected = for_weight(*inputs), [[1, 0, 11], [-1, -2.5, -1]]
close(part, expected, "the gradient of the weight", suspects=wrong, hint=hint)
close(for_bias(*inputs), [3, -0.5], "the gradient of the bias", suspects=bias_mistakes(g))
for shape in ((1, 2), (2,), (2, 3, 2), (2, 1, 5, 2)):
    g, square = np.arange(float(math.prod(shape))).reshape(shape), np.array([[1.0, 2], [3, 4]])
    parts = [rule(g, g, g + 1, square, bias) for rule in linear_rules()]
    expected, turned = (g[..., :1] * w[0] + g[..., 1:] * w[1] for w in (square, square.T))
    wrong, what = {"the weight is transposed": turned}, f"x of shape {shape}"
    close(parts[0], expected, f"the gradient of {what}", suspects=wrong)
    expected = sum(np.outer(row, row + 1) for row in g.reshape(-1, 2))
    close(parts[1], expected, f"the gradient of the weight for {what}")
    close(parts[2], sum(g.reshape(-1, 2)), f"the gradient of the bias for {what}")
single = [np.ones(shape, np.float32) for shape in ((4, 3), (4, 3), (4, 2), (3, 2), (3,))]
for rule, value, shape in zip(linear_rules(), (3, 4, 4), ((4, 2), (3, 2), (3,)), strict=True):
    close(rule(*single), np.full(shape, value), "a gradient in float32", dtype="float32")
close(single[0], np.ones((4, 3)), "g after the rules have run")

# %% nbgrader={"grade_id": "linear-rules-hidden", "grade": true, "points": 2}
# Also graded: other shapes, no rows.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(1)
for shape, units in (((4, 3), 3), ((3,), 2), ((2, 4, 3), 4), ((2, 1, 5, 3), 3), ((0, 3), 2)):
    x, weight, g = (rng.normal(size=s) for s in (shape, (units, 3), (*shape[:-1], units)))
    parts, rows = [rule(g, g, x, weight) for rule in linear_rules()], g.reshape(-1, units)
    close(parts[0], np.einsum("...j,ji->...i", g, weight), f"the gradient of x of shape {shape}")
    close(parts[1], rows.T @ x.reshape(-1, 3), f"the gradient of the weight for x of shape {shape}")
    close(parts[2], rows.sum(axis=0), f"the gradient of the bias for x of shape {shape}")
### END HIDDEN TESTS

# %% given: linear

# %% given: linear-time

# %% [markdown]
# `saves="inputs"` says which values the rules read: overwriting one before `backward` is noticed.
#
# ## 2. Activations
# Two linear layers in a row are just one: $(x W_1^\top) W_2^\top = x (W_2 W_1)^\top$. What makes
# depth worth anything is a bend between them, a **nonlinearity** or **activation function**,
# applied to each value by itself. The **sigmoid** turns every number into a probability:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}} = \frac{e^x}{1 + e^x}$$
#
# As formulas the two forms are equal; as programs both fail. For $x = -1000$ the first computes
# $e^{1000}$, which overflows; for $x = 1000$ the second divides infinity by infinity, and one NaN
# can turn a whole model into NaN. So `exp` must never see anything above 0. And beware: `np.where`
# computes both of its branches for *all* values before it chooses.
#
# **Exercise 3 · easy · 15 minutes.** Fill in `sigmoid_forward`.


# %% nbgrader={"grade_id": "sigmoid", "solution": true}
#| export
def sigmoid_forward(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), for any x: never NaN, and no overflow on the way.

    Shapes: any, kept; so are the dtype, and x itself. Accurate to the last digits even where the
    result is tiny: sigmoid(-40) is 4.2e-18, not 0.
    """
    # One or two lines.
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(x))
    return np.maximum(e, x >= 0) / (1 + e)  # above 0 the numerator is 1, below it e
    ### END SOLUTION


# %% nbgrader={"grade_id": "sigmoid-test", "grade": true, "points": 3}
# From -6 to 6 in small steps, both ends, a tiny result, float32, a 0-d array, x afterwards.
x = np.arange(-6, 6.25, 0.25)
expected = [math.exp(value) / (1 + math.exp(value)) for value in x]
wrong = {"that is sigmoid(-x)": expected[::-1], "that is tanh": np.tanh(x)}
close(sigmoid_forward(x), expected, "sigmoid of -6 to 6", suspects=wrong)
with np.errstate(over="raise"):
    ends = sigmoid_forward(np.array([-1000.0, 1000.0]))
    single = sigmoid_forward(np.float32([[-100.0, 0.0], [1.0, 100.0]]))
close(ends, [0, 1], "sigmoid of -1000 and 1000", hint="exp of a large number must not happen")
out, wrong = sigmoid_forward(np.array([-40.0])), MISTAKES["tiny"]
close(out, [4.248354255291589e-18], "sigmoid(-40)", suspects=wrong, rtol=1e-12, atol=0)
close(single, [[0, 0.5], [0.7310586, 1]], "sigmoid of float32 numbers", dtype="float32")
close(sigmoid_forward(np.array(0.0)), 0.5, "sigmoid of a 0-d array")
close(x, np.arange(-6, 6.25, 0.25), "x after the call")

# %% nbgrader={"grade_id": "sigmoid-hidden", "grade": true, "points": 2}
# Also graded: smaller results, the ends of float32.
### BEGIN HIDDEN TESTS
for value in (-20.0, -100.0, -700.0, 0.3, 3.0, 40.0):
    expected, what = math.exp(value) / (1 + math.exp(value)), f"sigmoid({value:g})"
    close(sigmoid_forward(np.array([value])), [expected], what, rtol=1e-12, atol=0)
with np.errstate(over="raise"):
    out = sigmoid_forward(np.float32([[-1e4, -100.0, -88.0], [88.0, 100.0, 1e4]]))
close(out, [[0, 0, 0], [1, 1, 1]], "sigmoid of large float32 numbers", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# Given: four more. **ReLU** (rectified linear unit) cuts off what is below 0 and costs next to
# nothing. **Leaky ReLU** lets a little through, so that no unit falls silent for good. **SiLU** is
# smooth. And **softmax** turns a row of scores into probabilities that add up to 1. ReLU and leaky
# ReLU have a corner at 0: take the slope from the left.
#
# | | $y$ | what its rule gets as `out` |
# |---|---|---|
# | ReLU | $\max(x, 0)$ | $y$ |
# | leaky ReLU | $x$ where $x > 0$, else $ax$ | $y$ |
# | sigmoid | $\sigma(x)$ | $y$ |
# | SiLU | $x\,\sigma(x)$ | $\sigma(x)$, which its forward pass saved |
# | softmax | $e^{x_i} / \sum_k e^{x_k}$ for each row | $y$ |
#
# The slopes are yours to find; where one can be written with `out`, nothing is computed twice. In
# softmax every $y_i$ depends on every $x_k$ of its row, since all share the denominator. Its slopes
# are a table, the Jacobian $\partial y_i/\partial x_k = y_i\,(1_{i=k} - y_k)$, where $1_{i=k}$ is 1
# if $i = k$ and else 0. Put it into the chain rule, $\bar x_k = \sum_i g_i\,\partial y_i/\partial
# x_k$, and simplify on paper until no table is left: only `out`, `g` and one sum per row.
#
# One more trap: where ReLU is off, the gradient is 0 whatever $g$ is, but infinity times 0 is NaN.
# So choose, don't multiply: by `np.where(mask, g, 0)` or the given, faster `keep(g, mask)`.
#
# **Exercise 4 · medium · 25 minutes.** Fill in `activation_rules`.

# %% given: activations


# %% nbgrader={"grade_id": "activation-rules", "solution": true}
#| export
def activation_rules() -> dict:
    """{op: (rule,)} for relu_op, leaky_relu_op, sigmoid_op, silu_op and softmax_op.

    Rules are functions (g, out, x) of arrays; for SiLU, `out` is sigmoid(x). Leaky ReLU's takes
    `negative_slope=0.01` as well, softmax's `dim`. A rule returns the gradient of x, in its shape
    and dtype, and changes none of the arrays. In ReLU and leaky ReLU, an infinite g makes no NaN.
    """
    # Two functions of a line each, and a dict of five lines.
    ### BEGIN SOLUTION

    def leaky_relu_rule(g, out, x, negative_slope=0.01):
        return keep(g, x > 0) + negative_slope * keep(g, x <= 0)

    def softmax_rule(g, out, x, dim):
        return out * (g - np.sum(g * out, axis=dim, keepdims=True))

    return {
        relu_op: (lambda g, out, x: keep(g, out > 0),),
        leaky_relu_op: (leaky_relu_rule,),
        sigmoid_op: (lambda g, out, x: g * out * (1 - out),),
        silu_op: (lambda g, s, x: g * s * (1 + x * (1 - s)),),
        softmax_op: (softmax_rule,),
    }
    ### END SOLUTION


# %% nbgrader={"grade_id": "activation-rules-test", "grade": true, "points": 2}
# ReLU and leaky ReLU, also at 0 and for an infinite g; sigmoid and SiLU.
rules, x, g = activation_rules(), np.array([-2.0, 0, 0.5, 3]), np.array([10.0, 7, 20, -30])
names = ["leaky_relu", "relu", "sigmoid", "silu", "softmax"]
equal(sorted(op.name for op in rules), names, "the list of operations that have rules")
part, big = rules[relu_op][0](g, np.maximum(x, 0), x), np.array([np.inf, 1, -np.inf, 1])
close(part, [0, 0, 20, -30], "the gradient of relu", suspects=relu_mistakes(g, x))
part, hint = rules[relu_op][0](big, np.maximum(x, 0), x), "infinity times 0 is NaN"
close(part, [0, 0, -np.inf, 1], "the gradient of relu for an infinite g", hint=hint)
for slope, options in ((0.2, {"negative_slope": 0.2}), (0.01, {})):
    rule, out = rules[leaky_relu_op][0], np.maximum(x, slope * x)
    expected, what = [10 * slope, 7 * slope, 20, -30], f"the gradient of leaky_relu, {slope=}"
    close(rule(g, out, x, **options), expected, what, suspects=leaky_relu_mistakes(g, x, slope))
    part, expected = rule(big, out, x, **options), [np.inf, slope, -np.inf, 1]
    close(part, expected, f"{what}, for an infinite g", hint=hint)
s = 1 / (1 + np.exp(-x))
part, expected = rules[sigmoid_op][0](g, s, x), g * np.exp(-x) / (1 + np.exp(-x)) ** 2
close(part, expected, "the gradient of sigmoid", suspects=sigmoid_mistakes(g, x, s))
part, expected = rules[silu_op][0](g, s, x), g * (np.exp(x) * (1 + x) + np.exp(2 * x))
expected, wrong = expected / (1 + np.exp(x)) ** 2, silu_mistakes(g, x, s)
close(part, expected, "the gradient of silu", suspects=wrong)

# %% nbgrader={"grade_id": "activation-rules-test-2", "grade": true, "points": 2}
# Softmax along either dimension; all five in float32; the arrays afterwards.
rules, y = activation_rules(), np.array([[0.2, 0.3, 0.5], [0.5, 0.25, 0.25]])
g, expected = np.array([[10, 20, -30], [4, -4, 8.0]]), [[3.4, 8.1, -11.5], [0.5, -1.75, 1.25]]
part = rules[softmax_op][0](g, y, np.log(y), dim=1)
close(part, expected, "the gradient of softmax", suspects=softmax_mistakes(g, y))
part = rules[softmax_op][0](g.T, y.T, np.log(y.T), dim=0)
wrong = {"the sum was taken along the last dimension": (y * (g - (g * y).sum(0))).T}
close(part, np.transpose(expected), "the gradient of softmax, dim=0", suspects=wrong)
for op, rule in rules.items():
    g, out, x = (np.array([row], np.float32) for row in ([1, 2], [0.5, 0.5], [-1, 0.25]))
    part = rule[0](g, out, x, **({"dim": 1} if op is softmax_op else {}))
    equal((np.shape(part), str(part.dtype)), ((1, 2), "float32"), f"shape, dtype for {op.name}")
    kept, what = np.concatenate([g, out, x]), f"g, out and x after the rule of {op.name}"
    close(kept, [[1, 2], [0.5, 0.5], [-1, 0.25]], what)

# %% nbgrader={"grade_id": "activation-rules-hidden", "grade": true, "points": 2}
# Also graded: other slopes of leaky ReLU, stacks, softmax along any dimension.
### BEGIN HIDDEN TESTS
rules, rng = activation_rules(), np.random.default_rng(3)
x, g = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4))
for slope in (0.0, -0.5, 3.0):
    part = rules[leaky_relu_op][0](g, np.where(x > 0, x, slope * x), x, negative_slope=slope)
    what, wrong = f"the gradient of leaky_relu, {slope=}", leaky_relu_mistakes(g, x, slope)
    close(part, np.where(x > 0, g, slope * g), what, suspects=wrong)
s = 1 / (1 + np.exp(-x))
close(rules[sigmoid_op][0](g, s, x), g * s * (1 - s), "the gradient of sigmoid of a stack")
close(rules[silu_op][0](g, s, x), g * (s + x * s * (1 - s)), "the gradient of silu of a stack")
close(rules[relu_op][0](g, np.maximum(x, 0), x), np.where(x > 0, g, 0), "that of relu of a stack")
for dim in (0, 1, -1):
    y = np.exp(x) / np.exp(x).sum(axis=dim, keepdims=True)
    expected = y * (g - (g * y).sum(axis=dim, keepdims=True))
    close(rules[softmax_op][0](g, y, x, dim=dim), expected, f"the gradient of softmax, {dim=}")
### END HIDDEN TESTS

# %% given: gelu
# %% given: draw-activations

# %% [markdown]
# Six activation functions and, dashed, their slopes. The slope of ReLU jumps from 0 to 1. That of
# the sigmoid is a hill, nowhere above 1/4 and almost 0 beyond 4 on either side: ten sigmoids in a
# row shrink a gradient to at most $4^{-10}$, a millionth. This is the **vanishing gradient**
# problem, and why deep networks stopped using sigmoids. The given **GELU**, $x\,\Phi(x)$ with the
# normal distribution function $\Phi$, is what today's language models use; it looks like SiLU.
# From 4,096 values on, your rules hand over to `tinytorch.lib.activations`: the same results in
# fewer passes over memory.
#
# ## 3. Dropout
#
# In training, **dropout** replaces each value by 0 with probability $p$, anew at every call. No
# unit can rely on one other unit being there, which works against **overfitting**: learning the
# training examples by heart. Anything that works against it is called **regularization**. The
# values that are left are divided by $1 - p$, so that the sum that the next layer sees is the same
# on average. So nothing has to be done when the model is used (**inference**): dropout is off.
#
# **Exercise 5 · easy · 15 minutes.** Fill in `dropout`.


# %% nbgrader={"grade_id": "dropout", "solution": true}
#| export
def dropout(input: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    """Replace each value by 0, independently of the others, with probability `p`.

    What is left is divided by 1 - p; with p = 1 all are zeros, not NaN. Shape and dtype stay, as
    does `input`; gradients flow. When not training, the result is `input` itself. Random numbers
    come from `default_generator.rng`, a NumPy Generator.
    Raises: ValueError if p is not between 0 and 1; RuntimeError for integers.
    Source: Srivastava et al. (2014), Journal of Machine Learning Research 15, 1929-1958.
    """
    check_dropout(input, p, training)
    # Five lines.
    ### BEGIN SOLUTION
    if not training or p == 0:
        return input
    kept = default_generator.rng.random(input.shape, np.float32) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return input * Tensor(np.multiply(kept, scale, dtype=input.dtype))
    ### END SOLUTION


# %% nbgrader={"grade_id": "dropout-test", "grade": true, "points": 2}
# Ten thousand ones: how many are dropped, what becomes of the others, p = 0, p = 1, and inference.
manual_seed(0)
x = tensor(np.ones((100, 100), "float32"))
out, wrong, what = dropout(x, 0.25).numpy(), MISTAKES["dropped"], "the share of zeros for p = 0.25"
close((out == 0).mean(), 0.25, what, atol=0.03, suspects=wrong)
close(out.max(), 4 / 3, "a value of 1 that is left, for p = 0.25", suspects=MISTAKES["kept"])
close(dropout(x, 0.0), np.ones((100, 100)), "dropout with p = 0", dtype="float32")
close(dropout(x, 1.0), np.zeros((100, 100)), "dropout with p = 1", hint="do not divide by 0")
same = dropout(x, 0.25, training=False) is x
true(same, "dropout when not training", expected="the input itself", got="something else")

# %% nbgrader={"grade_id": "dropout-test-2", "grade": true, "points": 2}
# Each value is dropped by itself, anew at every call, and as manual_seed says; gradient and dtype.
manual_seed(1)
x = tensor(np.arange(1.0, 901.0).reshape(30, 30), requires_grad=True)
outs = [dropout(x, 0.5) for _ in range(20)]
outs[0].sum().backward()
got, kept = 0.0 if x.grad is None else x.grad, np.array([out.numpy() != 0 for out in outs])
close(got, 2.0 * kept[0], "the gradient: 2 where a value is left, else 0", dtype="float64")
found = [str(dropout(x.to(dtype), 0.5).dtype) for dtype in ("float32", "float64")]
equal(found, ["float32", "float64"], "the dtypes of dropout of float32 and of float64")
mixed = all(0 < line.sum() < 30 for line in (*kept[0], *kept[0].T))
true(mixed, "dropping each value by itself", expected="some zeros in every row and column")
new = bool((kept[0] != kept[1]).any())
true(new, "the second of two calls", expected="other zeros", got="the same zeros")
counts, hint = {int(one.sum()) for one in kept}, "whether one value is dropped depends on no other"
what, expected, got = "the number of zeros in 20 calls", "now more, now fewer", "always the same"
true(len(counts) > 1, what, expected=expected, got=got, hint=hint)
found = [(manual_seed(7), dropout(x, 0.5).numpy())[1] for _ in range(2)]
close(found[1], found[0], "dropout after the same manual_seed", hint="use default_generator.rng")
close(x, np.arange(1.0, 901.0).reshape(30, 30), "the input after dropout")

# %% nbgrader={"grade_id": "dropout-hidden", "grade": true, "points": 1}
# Also graded: other shapes, other p.
### BEGIN HIDDEN TESTS
manual_seed(2)
for shape, p in (((20000,), 0.1), ((20000, 1), 0.9), ((5, 40, 100), 0.7)):
    out, what = dropout(tensor(np.ones(shape)), p).numpy(), f"for the shape {shape}, p = {p}"
    close((out == 0).mean(), p, f"the share of zeros {what}", atol=0.03)
    close(out.max(), 1 / (1 - p), f"a value of 1 that is left {what}")
new = bool((out[0] != out[1]).any())
true(new, "the second matrix of a stack", expected="other zeros", got="the same zeros")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Modules
#
# A `Module` keeps three dicts: `_parameters` (the tensors that it learns), `_buffers` (its
# **buffers**: tensors that it keeps but does not learn) and `_modules` (the modules it is made of,
# its *children*). Assignment sorts them: after `self.first = Linear(64, 32)` the layer is in
# `_modules["first"]`, because the class below looks at every assignment. So a model is a tree, and
# a tensor in it is named by the path to it: `weight` in the `_parameters` of `_modules["first"]` is
# `first.weight`, and one level further down there is a `block.0.weight`. Anyone who needs all
# parameters of a model (an optimizer, a file, you) walks the tree.
#
# One tensor can be in two places: language models use the same matrix to read words and to write
# them (*weight tying*). It is one parameter. If it came twice, it would be updated twice. How will
# your walk know that it has met a tensor before, wherever that was?
#
# **Exercise 6 · medium · 25 minutes.** Fill in `named_members`, a generator: `yield` hands out one
# pair, `yield from` all those of another generator. A list works just as well.


# %% nbgrader={"grade_id": "named-members", "solution": true}
#| export
def named_members(module, kind: str, prefix: str = ""):
    """Yield (dotted name, tensor) for all parameters or buffers in `module` and all modules below.

    kind: "_parameters" or "_buffers". First come the module's own, then, child by child, those of
    its children, with the child's name and a dot in front; all in the order of the dicts. `prefix`
    goes in front of every name as it is, its dot included. A tensor or a child that is None is
    passed over, and a tensor found again under another name (a shared weight) is not repeated.
    """
    # About ten lines: whom to ask, in which order, and what to remember on the way.
    ### BEGIN SOLUTION
    seen = set()  # identities: the function below refers to itself, and would keep tensors alive

    def walk(module, prefix):
        for name, member in getattr(module, kind).items():
            if member is not None and id(member) not in seen:
                seen.add(id(member))
                yield prefix + name, member
        for name, child in module._modules.items():
            if child is not None:
                yield from walk(child, f"{prefix}{name}.")

    yield from walk(module, prefix)
    ### END SOLUTION


# %% nbgrader={"grade_id": "named-members-test", "grade": true, "points": 4}
# Two levels and three: order, names, sharing, equal values, None, buffers, a prefix, a second call.
weight, bias, scale = (tensor(np.ones(n)) for n in (4, 2, 1))
first, last = node({"weight": weight, "bias": bias}), node({"weight": weight, "bias": None})
pairs = list(named_members(node({"scale": scale}, {"first": first, "last": last}), "_parameters"))
found, names = [name for name, _ in pairs], ["scale", "first.weight", "first.bias"]
equal(found, names, "the list of parameter names", suspects=MISTAKES["members"])
same = all(a is b for (_, a), b in zip(pairs, (scale, weight, bias), strict=True))
true(same, "the second half of each pair", expected="the tensor itself")
one, other, mean = (tensor(np.ones(2)) for _ in range(3))
leaf = node({"weight": one}, {}, {"mean": mean})
block = node({"off": None}, {"0": leaf, "1": None, "2": leaf})
tail = node({"w": other, "again": one}, {}, {"m": mean})
model, names = node({}, {"block": block, "tail": tail}), ["block.0.weight", "tail.w"]
for what in ("the list of names, three levels deep", "the list of names in a second call"):
    found = [name for name, _ in named_members(model, "_parameters")]
    equal(found, names, what, suspects=MISTAKES["deep members"])
found = [name for name, _ in named_members(model, "_buffers")]
equal(found, ["block.0.mean"], "the list of buffer names")
found = [name for name, _ in named_members(model, "_parameters", prefix="net.")]
equal(found, ["net.block.0.weight", "net.tail.w"], "the list of names with the prefix 'net.'")

# %% nbgrader={"grade_id": "named-members-hidden", "grade": true, "points": 1}
# Also graded: a taller tree, in which some modules have no members, and one no children.
### BEGIN HIDDEN TESTS
a, b, c, d = (tensor(np.ones(2)) for _ in range(4))
hollow = type("Empty", (SimpleNamespace,), {"__len__": lambda self: 0})  # as an empty Sequential is
most = hollow(_parameters={"d": d}, _modules={}, _buffers={"x": c})
left = node({"b": b}, {"deep": node({}, {"in": node({}, {"most": most})})})
model = node({"a": a}, {"left": left, "right": node({"c": c, "b": b})})
found = [name for name, _ in named_members(model, "_parameters")]
equal(found, ["a", "left.b", "left.deep.in.most.d", "right.c"], "the list of names")
found = [name for name, _ in named_members(model, "_buffers", prefix="m.")]
equal(found, ["m.left.deep.in.most.x"], "the list of buffer names with the prefix 'm.'")
equal(list(named_members(node({}), "_parameters")), [], "the list for a module without members")
### END HIDDEN TESTS

# %% [markdown]
# Given: `Parameter` and `Module`, with PyTorch's names. The class is long because it handles all
# that can go wrong. Read `__setattr__` and `_kind_of`, which sort; your walk is in `_named`.
#
# To build a model of your own, assign in `__init__`, compute in `forward`, and call the model like
# a function. Below are two of the smallest models: a learned scale, and a model that uses it twice.
# A **state_dict** is what goes into a file: all parameters and buffers by name. Loading one that
# does not fit says what is wrong, and changes nothing.

# %% given: module

# %% given: own-model

# %% [markdown]
# ## 5. Where to start: initialization
#
# Weights start at random, because units that start equal get equal gradients and stay equal. But
# how large should they be? A unit adds up $n$ products, $y = \sum_i w_i x_i$. Square it and take
# the mean over random weights that are independent, with mean 0 and standard deviation $\sigma_w$.
# Of the products $w_i w_k$, only the squares survive the mean, and each is $\sigma_w^2$:
#
# $$\overline{y^2} = \sum_{i,k} \overline{w_i w_k}\, x_i x_k = \sigma_w^2 \sum_i x_i^2
# = n\,\sigma_w^2\;\overline{x^2}$$
#
# Every layer multiplies the size of the signal by $\sqrt{n}\,\sigma_w$. Fifty layers do so fifty
# times, and $1.5^{50}$ is 600 million. So the factor has to be 1, and $\sigma_w = 1/\sqrt{n}$. ReLU
# throws away half of the squares; a **gain** of $\sqrt{2}$ makes up for it (Kaiming He's
# initialization). Backward the same happens to gradients, with $n$ the number of units that an
# input feeds. The two numbers are **fan-in** and **fan-out**; as no start suits both, Xavier Glorot
# took their mean:
#
# $$\sigma_w = \frac{\text{gain}}{\sqrt{n}}, \qquad
# n = n_\text{in},\; n_\text{out}\;\text{or}\;\tfrac12 (n_\text{in} + n_\text{out})$$
#
# The weight of a convolution (module 09) has the shape (out, in, height, width): an output sees
# height x width places in every input channel; an input is seen by as many in every output channel.
#
# **Exercise 7 · medium · 20 minutes.** Fill in `weight_std`.


# %% nbgrader={"grade_id": "weight-std", "solution": true}
#| export
def weight_std(shape: tuple, mode: str = "fan_in", gain: float = 1.0) -> float:
    """The standard deviation of weights with which a layer keeps the size of its signal.

    It is gain / sqrt(n). n is the number of inputs that one output looks at (mode "fan_in"), the
    number of outputs that one input goes to ("fan_out"), or the mean of both ("average").
    shape: (out, in), or (out, in, ...) for a convolution: a window of one, two or more sizes.
    Raises: ValueError that shows a shape of fewer than 2 dimensions, or the unknown mode.
    """
    # Seven lines.
    ### BEGIN SOLUTION
    if len(shape) < 2:
        raise ValueError(f"fans need a weight of at least 2 dimensions, not of shape {shape}")
    window = math.prod(shape[2:])
    fans = {"fan_in": shape[1] * window, "fan_out": shape[0] * window}
    fans["average"] = (fans["fan_in"] + fans["fan_out"]) / 2
    if mode not in fans:
        raise ValueError(f"mode is one of {', '.join(fans)}, not {mode!r}")
    return gain / math.sqrt(fans[mode])
    ### END SOLUTION


# %% nbgrader={"grade_id": "weight-std-test", "grade": true, "points": 3}
# From 64 features to 32 units in the three modes, with a gain; a convolution; what has no fans.
close(weight_std((32, 64)), 0.125, "weight_std((32, 64))", suspects=MISTAKES["fan_in"])
close(weight_std((32, 64), "fan_out"), 32**-0.5, "weight_std((32, 64), 'fan_out')")
out, what = weight_std((32, 64), "average"), "weight_std((32, 64), 'average')"
close(out, 48**-0.5, what, suspects=MISTAKES["average"])
out, what = weight_std((32, 64), gain=2.0), "weight_std((32, 64), gain=2.0)"
close(out, 0.25, what, suspects=MISTAKES["gain"])
for mode, expected in (("fan_in", 1 / 6), ("fan_out", 72**-0.5)):
    out, what = weight_std((8, 4, 3, 3), mode), f"weight_std((8, 4, 3, 3), {mode!r})"
    close(out, expected, what, suspects=MISTAKES["window"])
with raises(ValueError, "5", "the error for the shape (5,)", hint="show the shape"):
    weight_std((5,))
with raises(ValueError, "fan_inn", "the error for the mode 'fan_inn'", hint="show the mode"):
    weight_std((2, 3), "fan_inn")

# %% nbgrader={"grade_id": "weight-std-hidden", "grade": true, "points": 2}
# Also graded: other windows.
### BEGIN HIDDEN TESTS
close(weight_std((8, 4, 3, 5), "fan_out", 3.0), 3 / 120**0.5, "weight_std((8, 4, 3, 5), fan_out)")
close(weight_std((8, 4, 3), "average"), 18**-0.5, "weight_std((8, 4, 3), 'average')")
close(weight_std((6, 5, 2, 3, 4)), 120**-0.5, "weight_std((6, 5, 2, 3, 4))")
### END HIDDEN TESTS

# %% [markdown]
# Given: `nn.init`, by your `weight_std` (uniform up to $\pm b$ is a standard deviation of
# $b/\sqrt3$).
#
# **Predict, then measure.** Thirty layers of 256 units with ReLU, and five ways to start: a small
# $\sigma_w$ of 0.01; that of PyTorch's Linear, uniform up to $1/\sqrt{256}$, 0.036; Xavier's,
# 0.0625; Kaiming's, 0.088; and a large one, 0.15. By the formula above, each layer multiplies the
# signal by $\sigma_w\sqrt{256/2}$. Which signals survive thirty layers, and which one dies or
# explodes first? Decide before you run the cell.

# %% given: init

# %% given: draw-starts

# %% [markdown]
# Left: lines are predictions, dots are measurements, and they agree. Only Kaiming stays level.
# Xavier, made without ReLU in mind, loses a factor of $\sqrt2$ per layer, 30,000 in all; the small
# start loses nine per layer. PyTorch's default is too small for deep ReLU networks: there one uses
# `kaiming_normal_`, or the normalization of module 08. Right: the gradients of all thirty weights.
# They are level within each network, since a weight's gradient is the signal below it times the
# gradient above it: what the one has lost, the other is yet to lose. At the small start all are too
# tiny to learn from; the large one has the opposite trouble, **exploding gradients**.
#
# ## 6. The layers
#
# Now everything comes together in your first layer: a `Module` whose parameters your walk finds,
# `nn.init` fills, and your operation uses. The others are given below: `Sequential` calls its
# modules one after another; `ModuleList` only keeps them, so that their parameters are found.
#
# **Exercise 8 · medium · 15 minutes.** Fill in `Linear.__init__`. `empty(2, 3)` makes a tensor of
# that shape with whatever is in the memory, and `uniform_(tensor, low, high)` fills it.


# %% nbgrader={"grade_id": "linear", "solution": true}
#| export
class Linear(Module):
    """A matrix product and a bias: `input @ weight.T + bias`.

    Shapes: (..., in_features) -> (..., out_features); both sizes are kept under these names, and
    either may be 0. Learns `weight` (out, in) and `bias` (out,), in float32; with `bias=False` it
    learns no bias, and `self.bias` is None. Both are drawn uniformly from -1/sqrt(in) to
    1/sqrt(in), from the generator that `manual_seed` sets.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html
    """

    @placed  # and so it takes `device` and `dtype` as well
    def __init__(self, in_features: int, out_features: int, bias: bool = True):
        super().__init__()
        # About seven lines: the sizes, the two parameters, their start.
        ### BEGIN SOLUTION
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(empty(out_features, in_features))
        self.register_parameter("bias", Parameter(empty(out_features)) if bias else None)
        bound = 1 / math.sqrt(in_features) if in_features else 0.0
        for parameter in self.parameters():
            uniform_(parameter, -bound, bound)
        ### END SOLUTION


# %% given: linear-layer

# %% nbgrader={"grade_id": "linear-test", "grade": true, "points": 2}
# What a layer of 3 features and 2 units learns, with a bias and without, and what it computes.
layer, bare, x = Linear(3, 2), Linear(3, 2, bias=False), np.float32([[1, 2, 3], [0, -1, 4]])
found = {name: value.shape for name, value in layer.named_parameters()}
hint = "only a Parameter that is assigned to an attribute is found"
equal(found, {"weight": (2, 3), "bias": (2,)}, "the parameters of Linear(3, 2)", hint=hint)
found = [name for name, _ in bare.named_parameters()]
equal(found, ["weight"], "the parameters with bias=False")
equal(bare.bias, None, "its bias")
equal(str(layer), "Linear(in_features=3, out_features=2, bias=True)", "the layer, printed")
out = layer(tensor(x))
close(out, x @ layer.weight.numpy().T + layer.bias.numpy(), "layer(x)", dtype="float32")
out.sum().backward()
close(layer.weight.grad, [[1, 1, 7], [1, 1, 7]], "the gradient of the weight")

# %% nbgrader={"grade_id": "linear-test-2", "grade": true, "points": 2}
# How weight and bias start: within which bounds, how spread, and from which generator.
manual_seed(3)
layer, second = Linear(100, 400), Linear(100, 400)
for name, parameter in layer.named_parameters():
    values, what = parameter.numpy(), f"the {name} of Linear(100, 400)"
    far, wrong = float(abs(values).max()), near(float(abs(values).max()), MISTAKES["bound"])
    close(far, 0.1, f"the bound of {what}", rtol=0.05, suspects=wrong)
    close(values.std(), 0.1 / 3**0.5, f"the standard deviation of {what}", rtol=0.1)
other = bool((layer.weight.numpy() != second.weight.numpy()).any())
true(other, "a second layer", expected="other weights", got="the same weights")
manual_seed(3)
for name, parameter in Linear(100, 400).named_parameters():
    close(parameter, getattr(layer, name).numpy(), f"the {name} after the same manual_seed")

# %% nbgrader={"grade_id": "linear-hidden", "grade": true, "points": 1}
# Also graded: other sizes, no features, no units.
### BEGIN HIDDEN TESTS
for n, m in ((1, 5), (16, 3), (0, 2), (2, 0)):
    layer, x, what = Linear(n, m), np.ones((4, n), np.float32), f"Linear({n}, {m})"
    sizes = (layer.in_features, layer.out_features, layer.weight.shape, layer.bias.shape)
    equal(sizes, (n, m, (m, n), (m,)), f"the sizes and shapes of {what}")
    expected = x @ layer.weight.numpy().T + layer.bias.numpy()
    close(layer(tensor(x)), expected, f"the result of {what}")
### END HIDDEN TESTS

# %% given: layers

# %% given: perceptron

# %% [markdown]
# ## 7. What a step costs
#
# Before you train anything for a week, work out what it takes. One training step costs **memory**,
# for parameters and for the gradients of those that learn, and **multiplications**. Forward, each
# row takes in x out of them in each linear layer. Backward there are two products of the same size,
# for the gradient of the weight and for that of the input. But whose gradient does nobody want?
# Guess: do 256 rows through (784, 256, 128, 10), digits of the usual size, take a million or a
# billion? And what does *fine-tuning* save, with lower layers frozen by `requires_grad_(False)`?
#
# **Stretch 1 · hard · 30 minutes.** Fill in `step_cost`. It is worth no points, and nothing later
# needs it. The test compares it with what a real step multiplies, counted by hooks (module 01).


# %% nbgrader={"grade_id": "step-cost", "solution": true}
def step_cost(model: Module, batch: int) -> tuple:
    """(bytes, multiplications) of one training step of a model of Linear layers and activations.

    model: a Sequential, which may hold others; `modules()` lists the layers in the order of calls.
    bytes: of all parameters in float32, and of the gradients of those that learn.
    multiplications: in the matrix products for `batch` rows, forward and backward, except for
        gradients that nothing needs: of a frozen weight, of an input below which nothing learns.
    """
    # About ten lines.
    ### BEGIN SOLUTION
    products, learns_below = 0, False
    for layer in model.modules():
        if isinstance(layer, Linear):
            product = batch * layer.weight.numel()
            products += product * (1 + layer.weight.requires_grad + learns_below)
            learns_below |= any(p.requires_grad for p in layer.parameters())
    numbers = sum(p.numel() * (1 + p.requires_grad) for p in model.parameters())
    return 4 * numbers, products
    ### END SOLUTION


# %% nbgrader={"grade_id": "step-cost-test", "grade": true, "points": 0}
# Your guess, a small model, and a nested one with frozen layers, against what a real step needs.
equal(step_cost(mlp((3, 4, 5)), 2), (328, 168), "a step of (3, 4, 5)", suspects=MISTAKES["step"])
equal(step_cost(mlp((784, 256, 128, 10)), 256), (1881168, 128909312), "the step of your guess")
rows = tensor(np.ones((7, 5), "float32"))
for frozen in ("", "0", "2", "0 2", "3.1.2", "2 3.1.0 3.1.2", "0.weight"):
    model = Sequential(*mlp((5, 4, 3)), Sequential(ReLU(), mlp((3, 6, 2))))
    for name, parameter in model.named_parameters():
        inside = any(f"{name}.".startswith(f"{one}.") for one in frozen.split())
        parameter.requires_grad_(not inside)
    expected, what = measured_cost(model, rows), f"a step with [{frozen}] frozen"
    equal(step_cost(model, 7), expected, what)

# %% given: count

# %% [markdown]
# Each dot is one multilayer perceptron: what its step multiplies, counted by a hook, and its time.
# In a small model the work around the products matters as well, in a large one it hardly does.
#
# ## 8. Put to use: a perceptron learns to read
#
# The classifier of module 02 was one linear layer. Now there are two of yours with a ReLU in
# between, and a loss made of tensors, the mean of $-\log p$ of the right digit. Module 04 builds
# proper losses and module 06 proper optimizers; until then, we do it by hand.

# %% given: digits

# %%
data, answers, losses, norms = tensor(images), tensor(labels[:, None]), [], []
manual_seed(0)
model = Sequential(Flatten(), Linear(64, 64), ReLU(), Dropout(0.1), Linear(64, 10))
for _ in range(200):
    probabilities = softmax(model(data), dim=1)
    loss = -probabilities.gather(1, answers).log().mean()
    model.zero_grad()
    loss.backward()
    with no_grad():
        for parameter in model.parameters():
            parameter -= 0.5 * parameter.grad
    losses.append(loss.item())
    norms.append([np.linalg.norm(p.grad.numpy()) for p in model.parameters()])
accuracy = share_read(model)
print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}; {accuracy:.1%} of new digits")
assert accuracy >= 0.95, "the perceptron should read at least 95% of digits it has never seen"

# %% given: draw-learning

# %% [markdown]
# Left: the loss falls smoothly, and more digits are read than by a single layer. Right: the norm of
# each parameter's gradient, under the name that your walk gave it. After a short rise, those of the
# weights fall; those of the biases fall and level off; none is ever zero, so every layer learns.
#
# ## Reflection
#
# Replace the ReLU by a Sigmoid, and the two layers by six. What will happen to the gradients of the
# first layer, and what in this notebook tells you so? Which two changes would you try?

# %% [markdown]
# *Your answer here.*
