# %% [markdown]
# # 03 · Layers and activations
#
# A model made of loose tensors works, as you saw at the end of module 02: a weight, a bias, and a
# line of code for each. A model with fifty layers has a hundred of them, and every one must be
# initialised, found, updated and saved. So a layer is an object that keeps its own tensors, and a
# model is an object that keeps layers. At the end of this module you own both: `nn.Module`,
# `nn.Linear`, the activations, dropout, the initialisation that lets deep models learn at all, and
# a **multilayer perceptron** (MLP) that reads handwritten digits. From now on an operation and its
# rule are written side by side.

# %% given: imports

# %% given: tests

# %% [markdown]
# ## 1. A linear layer
#
# A **linear layer** (also *fully connected* or *dense*) of `out` units looks at `in` features and
# gives each unit a weight for every feature:
#
# $$y_{nj} = \sum_i x_{ni} W_{ji} + b_j \qquad\text{or}\qquad y = x W^\top + b$$
#
# The weight has the shape (out, in), one row a unit, as in PyTorch; therefore the transpose. You
# could write `x @ W.T + b` with tensors. That leaves three receipts and makes three arrays. Written
# as *one* operation it leaves one receipt, and adds the bias in place.
#
# The input may have any number of leading dimensions: (batch, in), or (batch, words, in). Given:
# `as_rows` makes one of them all, so that a single matrix product does the work.
#
# **Exercise 1 · easy · 10 minutes.** Fill in `linear_forward`.

# %% given: as-rows

# %% nbgrader={"grade_id": "linear-forward", "solution": true}
#| export
def linear_forward(x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
    """`x @ weight.T + bias`, as `torch.nn.functional.linear`, in one matrix product.

    Shapes: x (..., in), weight (out, in), bias (out,) or None -> (..., out).
    Raises: ValueError "3 features, but the weight takes 4" with those numbers.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
    """
    # Five lines: the check; the product of `as_rows(x)`; the bias; the leading dimensions again.
    ### BEGIN SOLUTION
    if x.shape[-1] != weight.shape[1]:
        raise ValueError(f"{x.shape[-1]} features, but the weight takes {weight.shape[1]}")
    out = as_rows(x) @ weight.T  # (rows, in) @ (in, out)
    if bias is not None:
        out += bias
    return out.reshape(*x.shape[:-1], len(weight))
    ### END SOLUTION


# %% nbgrader={"grade_id": "linear-forward-test", "grade": true, "points": 2}
# Two rows of three features, two units; the same without a bias; sizes that do not fit.
x, bias = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]]), np.array([10.0, 20.0])
weight = np.array([[1.0, 0.0, 2.0], [0.5, -1.0, 0.0]])
out, wrong = linear_forward(x, weight, bias), linear_mistakes(x, weight, bias)
close(out, [[17, 18.5], [18, 21]], "linear_forward(x, weight, bias)", suspects=wrong)
close(linear_forward(x, weight), [[7, -1.5], [8, 1]], "linear_forward(x, weight), without a bias")
hint = "name both numbers, as the docstring says"
with raises(ValueError, r"2 features.*3", "the error for 2 features and a weight for 3", hint=hint):
    linear_forward(np.ones((5, 2)), weight, bias)

# %% nbgrader={"grade_id": "linear-forward-hidden", "grade": true, "points": 2}
# Also graded: leading dimensions, one row without any, square weights, no rows, float32.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
square, bias = rng.normal(size=(3, 3)), np.array([1.0, 2.0, 3.0])
for shape in ((3, 3), (3,), (2, 4, 3), (2, 1, 5, 3), (0, 3), (2, 0, 3)):
    x = rng.normal(size=shape)
    kept, expected = x.copy(), np.einsum("...i,ji->...j", x, square) + bias
    out, what = linear_forward(x, square, bias), f"linear_forward of an input of shape {shape}"
    close(out, expected, what, suspects=linear_mistakes(x, square, bias))
    close(x, kept, "x after the call")
close(bias, [1, 2, 3], "the bias after the call")
with raises(ValueError, "2.*3", "the error for an input of shape (3, 2)"):
    linear_forward(np.ones((3, 2)), square, bias)
single = [np.ones(shape, np.float32) for shape in ((4, 2), (3, 2), (3,))]
close(linear_forward(*single), np.full((4, 3), 3.0), "the result in float32", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# Now the rules. With $g = \bar y$, look where each value was used, as in module 02. $x_{ni}$ was
# used for every unit $j$, with weight $W_{ji}$. $W_{ji}$ was used in every row $n$, and so was
# $b_j$. What was used several times gets the sum:
#
# $$\bar x_{ni} = \sum_j g_{nj} W_{ji} \qquad \bar W_{ji} = \sum_n g_{nj} x_{ni}
# \qquad \bar b_j = \sum_n g_{nj}$$
#
# The first two are matrix products. You have to find out of what, and which one is transposed; the
# shapes help. That sum over $n$ is also why a layer does not care whether its rows come as one
# batch or in several: the gradients of the parts add up.
#
# **Exercise 2 · medium · 20 minutes.** Fill in `linear_rules`.


# %% nbgrader={"grade_id": "linear-rules", "solution": true}
#| export
def linear_rules() -> tuple:
    """The rules of `linear`: three functions (g, out, x, weight, bias=None).

    Shapes: g (..., out) -> (..., in) for x, (out, in) for weight, (out,) for bias.
    """
    # Three functions of one or two lines. `as_rows` makes matrices of g and x.
    ### BEGIN SOLUTION

    def for_x(g, out, x, weight, bias=None):
        return (as_rows(g) @ weight).reshape(x.shape)  # (rows, out) @ (out, in)

    def for_weight(g, out, x, weight, bias=None):
        return as_rows(g).T @ as_rows(x)  # (out, rows) @ (rows, in)

    def for_bias(g, out, x, weight, bias=None):
        g = as_rows(g)  # (rows, out)
        return np.ones(len(g), g.dtype) @ g  # faster than g.sum(axis=0)

    return for_x, for_weight, for_bias
    ### END SOLUTION


# %% nbgrader={"grade_id": "linear-rules-test", "grade": true, "points": 2}
# Two rows of three features and two units, worked out by hand.
for_x, for_weight, for_bias = linear_rules()
x, g = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]]), np.array([[1.0, -1.0], [2.0, 0.5]])
weight, bias = np.array([[1.0, 0.0, 2.0], [0.5, -1.0, 0.0]]), np.array([10.0, 20.0])
out, expected = x @ weight.T + bias, [[0.5, 1, 2], [2.25, -0.5, 4]]
wrong = {"g is transposed": g.T @ weight}
close(for_x(g, out, x, weight, bias), expected, "the gradient of x", suspects=wrong)
part, expected = for_weight(g, out, x, weight, bias), [[1, 0, 11], [-1, -2.5, -1]]
wrong, hint = weight_mistakes(g, x), "it has the shape of the weight, (out, in)"
close(part, expected, "the gradient of the weight", suspects=wrong, hint=hint)
part, wrong = for_bias(g, out, x, weight, bias), bias_mistakes(g)
close(part, [3, -0.5], "the gradient of the bias", suspects=wrong)

# %% nbgrader={"grade_id": "linear-rules-hidden", "grade": true, "points": 3}
# Also graded: leading dimensions, one row without any, square weights, no rows, no bias, float32.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(1)
weight, bias = rng.normal(size=(3, 3)), rng.normal(size=3)
for shape in ((4, 3), (3,), (2, 4, 3), (2, 1, 5, 3), (0, 3)):
    x, g = rng.normal(size=shape), rng.normal(size=shape)
    inputs = [g, g, x, weight] if len(shape) == 1 else [g, g, x, weight, bias]
    parts = [rule(*inputs) for rule in linear_rules()]
    wrong = {"the weight is transposed": np.einsum("...j,ij->...i", g, weight)}
    what = f"the gradient of x of shape {shape}"
    close(parts[0], np.einsum("...j,ji->...i", g, weight), what, suspects=wrong)
    expected = g.reshape(-1, 3).T @ x.reshape(-1, 3)
    wrong = {"g and x are swapped": expected.T}
    close(parts[1], expected, f"the gradient of the weight for x of shape {shape}", suspects=wrong)
    expected = g.reshape(-1, 3).sum(axis=0)
    close(parts[2], expected, f"the gradient of the bias for x of shape {shape}")
single = [np.ones(shape, np.float32) for shape in ((4, 3), (4, 3), (4, 2), (3, 2), (3,))]
for rule, value, shape in zip(linear_rules(), (3, 4, 4), ((4, 2), (3, 2), (3,)), strict=True):
    close(rule(*single), np.full(shape, value), "a gradient in float32", dtype="float32")
close(single[0], np.ones((4, 3)), "g after the rules have run")
### END HIDDEN TESTS

# %% given: linear

# %% given: linear-time

# %% [markdown]
# There operation, rules and function stand together. `saves="inputs"` says which values the rules
# read, so that overwriting one before `backward` is noticed. As long as your rules are missing, a
# backward pass through `linear` says so.
#
# ## 2. Activations
#
# Two linear layers after one another are a single linear layer: $(x W_1^\top) W_2^\top = x (W_2
# W_1)^\top$. What makes depth worth anything is a bend between them, a **nonlinearity** or
# **activation function**, applied to each value by itself. The oldest one squeezes every number
# into a chance between 0 and 1:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}} = \frac{e^x}{1 + e^x}$$
#
# Both forms are the same number; neither is a program. For $x = -1000$ the first one computes
# $e^{1000}$, which overflows; for $x = 1000$ the second one divides infinity by infinity, and one
# NaN is enough to make a whole model NaN. Never take `exp` of anything above 0.
#
# **Exercise 3 · easy · 15 minutes.** Fill in `sigmoid_forward`.


# %% nbgrader={"grade_id": "sigmoid", "solution": true}
#| export
def sigmoid_forward(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), for any x: never NaN, no overflow on the way.

    Shapes: any, kept; so is the dtype. Right to the last digits also where the result is tiny.
    """
    # One or two lines.
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(x))
    return np.maximum(e, x >= 0) / (1 + e)  # above 0 the numerator is 1, below it e
    ### END SOLUTION


# %% nbgrader={"grade_id": "sigmoid-test", "grade": true, "points": 2}
# Well-known values, and both ends.
x = np.array([0.0, 1.0, -1.0, 4.0])
wrong = {"that is sigmoid(-x)": 1 / (1 + np.exp(x)), "that is tanh": np.tanh(x)}
close(sigmoid_forward(x), [0.5, 0.7310586, 0.2689414, 0.9820138], "sigmoid", suspects=wrong)
with np.errstate(over="raise"):
    ends = sigmoid_forward(np.array([-1000.0, 1000.0]))
close(ends, [0, 1], "sigmoid of -1000 and 1000", hint="exp of a large number must not happen")

# %% nbgrader={"grade_id": "sigmoid-hidden", "grade": true, "points": 3}
# Also graded: tiny results to the last digits, float32 and its ends, shapes, x left as it was.
### BEGIN HIDDEN TESTS
for value in (-40.0, -100.0, -700.0, 3.0, 40.0):
    expected, what = math.exp(value) / (1 + math.exp(value)), f"sigmoid({value:g})"
    out, wrong = sigmoid_forward(np.array([value])), MISTAKES["tiny"]
    close(out, [expected], what, suspects=wrong, rtol=1e-12, atol=0)
x = np.array([[-1e4, -100.0, -88.0], [88.0, 100.0, 1e4]], np.float32)
with np.errstate(over="raise"):
    out = sigmoid_forward(x)
close(out, [[0, 0, 0], [1, 1, 1]], "sigmoid of large float32 numbers", dtype="float32")
close(sigmoid_forward(np.float32([-20.0])), [2.0611537e-09], "sigmoid(-20)", atol=0)
close(x[1], [88, 100, 1e4], "x after the call")
close(sigmoid_forward(np.array(0.0)), 0.5, "sigmoid of a 0-d array")
equal(np.shape(sigmoid_forward(np.ones((2, 0, 3)))), (2, 0, 3), "the shape for (2, 0, 3)")
### END HIDDEN TESTS

# %% [markdown]
# Given: four more. **ReLU** cuts off what is below 0 and costs next to nothing. **Leaky ReLU** lets
# a little through, so that no unit can fall silent for good. **SiLU**, $x\,\sigma(x)$, is smooth.
# And **softmax** turns a row of scores into chances that add up to 1; its core you wrote before.
#
# Their slopes, with $s = \sigma(x)$; at 0, ReLU and leaky ReLU take the slope from the left:
#
# | | $y$ | $dy/dx$ |
# |---|---|---|
# | ReLU | $\max(x, 0)$ | 1 where $x > 0$, else 0 |
# | leaky ReLU | $x$ where $x > 0$, else $ax$ | 1 where $x > 0$, else $a$ |
# | sigmoid | $s$ | $s\,(1 - s)$ |
# | SiLU | $x s$ | $s + x s (1 - s)$, by the product rule |
#
# Softmax is different: every $y_i$ depends on every $x_k$ of its row, since all share the sum below
# the line. Its slopes are a table, $\partial y_i/\partial x_k = y_i\,(1_{i=k} - y_k)$. Put that
# into the chain rule $\bar x_k = \sum_i g_i\,\partial y_i/\partial x_k$, and the table is gone:
#
# $$\bar x_k = y_k\,\Big(g_k - \sum_i g_i y_i\Big)$$
#
# **Exercise 4 · medium · 25 minutes.** Fill in `activation_rules`. Where the slope can be written
# with the result, use it: nothing is computed twice.

# %% given: activations


# %% nbgrader={"grade_id": "activation-rules", "solution": true}
#| export
def activation_rules() -> dict:
    """{op: (rule,)} for relu_op, leaky_relu_op, sigmoid_op, silu_op and softmax_op.

    Rules are functions (g, out, x) of arrays, with `negative_slope=0.01` after them for leaky ReLU
    and `dim` for softmax. For SiLU, which saves it, `out` is sigmoid(x). A rule returns the
    gradient of x, in its shape and dtype, and changes none of the arrays.
    """
    # Two functions of a line each, and a dict of five lines.
    ### BEGIN SOLUTION

    def leaky_relu_rule(g, out, x, negative_slope=0.01):
        return g * (x > 0) + negative_slope * g * (x <= 0)

    def softmax_rule(g, out, x, dim):
        return out * (g - np.sum(g * out, axis=dim, keepdims=True))

    return {
        relu_op: (lambda g, out, x: g * (out > 0),),
        leaky_relu_op: (leaky_relu_rule,),
        sigmoid_op: (lambda g, out, x: g * out * (1 - out),),
        silu_op: (lambda g, s, x: g * s * (1 + x * (1 - s)),),
        softmax_op: (softmax_rule,),
    }
    ### END SOLUTION


# %% nbgrader={"grade_id": "activation-rules-test", "grade": true, "points": 3}
# ReLU, sigmoid, and softmax of two rows.
rules = activation_rules()
names = ["leaky_relu", "relu", "sigmoid", "silu", "softmax"]
equal(sorted(op.name for op in rules), names, "the list of operations that have rules")
x, g = np.array([-2.0, 0.5, 3.0]), np.array([10.0, 20.0, -30.0])
part = rules[relu_op][0](g, np.maximum(x, 0), x)
close(part, [0, 20, -30], "the gradient of relu", suspects=relu_mistakes(g, x))
s = 1 / (1 + np.exp(-x))
part, expected = rules[sigmoid_op][0](g, s, x), g * np.exp(-x) / (1 + np.exp(-x)) ** 2
close(part, expected, "the gradient of sigmoid", suspects=sigmoid_mistakes(g, x, s))
y, g = np.array([[0.2, 0.3, 0.5], [0.5, 0.25, 0.25]]), np.array([[10, 20, -30], [4, -4, 8.0]])
part = rules[softmax_op][0](g, y, np.log(y), dim=1)
expected = [[3.4, 8.1, -11.5], [0.5, -1.75, 1.25]]
close(part, expected, "the gradient of softmax", suspects=softmax_mistakes(g, y))

# %% nbgrader={"grade_id": "activation-rules-hidden", "grade": true, "points": 3}
# Also graded: leaky ReLU's slope and at 0, SiLU, softmax's other dimensions, float32, arrays kept.
### BEGIN HIDDEN TESTS
rules = activation_rules()
x, g = np.array([-2.0, 0.0, 0.5, 3.0]), np.array([10.0, 7.0, 20.0, -30.0])
close(rules[relu_op][0](g, np.maximum(x, 0), x), [0, 0, 20, -30], "the gradient of relu at 0")
for slope in (0.2, -0.5, 3.0):
    part = rules[leaky_relu_op][0](g, np.where(x > 0, x, slope * x), x, negative_slope=slope)
    expected, what = [10 * slope, 7 * slope, 20, -30], f"the gradient of leaky_relu, slope {slope}"
    close(part, expected, what, suspects=leaky_relu_mistakes(g, x, slope))
part = rules[leaky_relu_op][0](g, np.where(x > 0, x, 0.01 * x), x)
close(part, [0.1, 0.07, 20, -30], "the gradient of leaky_relu, no slope given")
s = 1 / (1 + np.exp(-x))
expected = g * (np.exp(x) * (1 + x + np.exp(x))) / (1 + np.exp(x)) ** 2
part = rules[silu_op][0](g, s, x)
close(part, expected, "the gradient of silu", suspects=silu_mistakes(g, x, s))
rng = np.random.default_rng(3)
for dim in (0, 1, -1):
    x, g = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4))
    y = np.exp(x) / np.exp(x).sum(axis=dim, keepdims=True)
    rows, seeds = (np.moveaxis(array, dim, -1) for array in (y, g))
    slopes = rows[..., None] * (np.eye(rows.shape[-1]) - rows[..., None, :])
    expected = np.moveaxis(np.einsum("...i,...ik->...k", seeds, slopes), -1, dim)
    close(rules[softmax_op][0](g, y, x, dim=dim), expected, f"the gradient of softmax, dim={dim}")
x, g = np.array([[-1.0, 0.25]], np.float32), np.array([[1.0, 2.0]], np.float32)
for op, params in ((relu_op, {}), (leaky_relu_op, {}), (sigmoid_op, {}), (softmax_op, {"dim": 1})):
    out = np.full_like(x, 0.5)
    part = rules[op][0](g, out, x, **params)
    equal((np.shape(part), str(part.dtype)), ((1, 2), "float32"), f"shape, dtype for {op.name}")
    close(out, [[0.5, 0.5]], f"the result after the rule of {op.name}")
close(g, [[1, 2]], "g after all the rules have run")
close(x, [[-1, 0.25]], "x after all the rules have run")
### END HIDDEN TESTS

# %% [markdown]
# Given: **GELU**, $x\,\Phi(x)$, what today's language models use. $\Phi(x)$ is the chance that a
# normal random number is below $x$. NumPy has no error function to compute it with, so one is here,
# by a polynomial, next to the cheaper form by `tanh`. Then the functions of `nn.functional`.

# %% given: gelu

# %% given: draw-activations

# %% [markdown]
# Six panels. The slope of ReLU jumps from 0 to 1. That of the sigmoid is a hill which is nowhere
# above 1/4, and almost 0 beyond 4 on either side: a gradient that passes ten sigmoids is at most
# $4^{-10}$, a millionth. This **vanishing gradient** is why deep networks stopped using them. The
# slopes of SiLU and GELU go a little below 0, and a little above 1.
#
# ## 3. Dropout
#
# In training, **dropout** puts a zero in place of each value with chance $p$, anew at every call.
# No unit can rely on one other unit being there, which works against learning by heart, or
# **overfitting**. Whatever does that is called **regularization**. The values that are left are
# divided by $1 - p$, so that the sum that the next layer sees is the same on average. Then nothing
# has to be done when the model is used: dropout is simply off.
#
# **Exercise 5 · easy · 15 minutes.** Fill in `dropout`.


# %% nbgrader={"grade_id": "dropout", "solution": true}
#| export
def dropout(input: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    """Zeros in place of values, each by itself with chance `p`, and the others divided by 1 - p.

    With p = 1 all are zeros, not NaN. Shape and dtype stay. Not training: `input` itself. Random
    numbers come from `default_generator.rng`.
    Raises: ValueError if p is not between 0 and 1.
    Source: Srivastava et al. (2014), Journal of Machine Learning Research 15, 1929-1958.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout takes a p between 0 and 1, not {p}")
    # Five lines.
    ### BEGIN SOLUTION
    if not training or p == 0:
        return input
    kept = default_generator.rng.random(input.shape, np.float32) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return input * Tensor(np.multiply(kept, scale, dtype=input.dtype))
    ### END SOLUTION


# %% nbgrader={"grade_id": "dropout-test", "grade": true, "points": 2}
# Ten thousand ones with p = 0.25: how many are dropped, what the others become, eval mode.
manual_seed(0)
x = tensor(np.ones((100, 100), "float32"), requires_grad=True)
dropout(x, 0.5).sum().backward()
out = dropout(x, 0.25).numpy()
wrong, what = MISTAKES["dropped"], "the share of zeros for p = 0.25"
close((out == 0).mean(), 0.25, what, atol=0.03, suspects=wrong)
close(out.max(), 4 / 3, "a value of 1 that is left, for p = 0.25", suspects=MISTAKES["kept"])
same = dropout(x, 0.25, training=False) is x
true(same, "dropout when not training", expected="the input itself", got="something else")

# %% nbgrader={"grade_id": "dropout-hidden", "grade": true, "points": 3}
# Also graded: the gradient, p = 0 and p = 1, the seed, each value by itself, float64.
### BEGIN HIDDEN TESTS
manual_seed(1)
x = tensor(np.arange(1.0, 401.0).reshape(20, 20), requires_grad=True)
out = dropout(x, 0.5)
out.sum().backward()
got = np.zeros_like(x.array) if x.grad is None else x.grad.numpy()
close(got, out.numpy() / x.numpy(), "the gradient: 2 where a value is left, else 0")
equal(str(out.dtype), "float64", "the dtype of dropout of a float64 tensor")
kept = out.numpy() != 0
mixed = all(0 < line.sum() < 20 for line in (*kept, *kept.T))
true(mixed, "dropping each value by itself", expected="some zeros in every row and column")
close(dropout(x, 0.0), x.numpy(), "dropout with p = 0")
close(dropout(x, 1.0), np.zeros((20, 20)), "dropout with p = 1", hint="do not divide by 0")
new = bool((dropout(x, 0.5).numpy() != dropout(x, 0.5).numpy()).any())
true(new, "the second of two calls", expected="other zeros", got="the same zeros")
manual_seed(7)
first = dropout(x, 0.5).numpy()
manual_seed(7)
close(dropout(x, 0.5), first, "dropout after the same manual_seed")
close(x, np.arange(1.0, 401.0).reshape(20, 20), "the input after dropout")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Modules
#
# A `Module` keeps three dicts: `_parameters` (tensors it learns), `_buffers` (its **buffers**:
# tensors it only keeps, such as running means) and `_modules` (the modules it is made of, its
# *children*). Assigning does the sorting: after `self.first = Linear(64, 32)` the layer stands in
# `_modules["first"]`, because the class below looks at every assignment. So a model is a tree, and
# what wants all its parameters, an optimizer, a file, you with `named_parameters`, walks along it:
#
# | the model's | holds | named |
# |---|---|---|
# | `_parameters` | `scale` | `scale` |
# | `_modules["first"]._parameters` | `weight`, `bias` | `first.weight`, `first.bias` |
# | `_modules["block"]._modules["0"]._parameters` | `weight` | `block.0.weight` |
#
# One tensor can hang in two places: language models use the same matrix to read words and to write
# them. It is one parameter. If it came twice, it would be updated twice, and counted twice.
#
# **Exercise 6 · medium · 25 minutes.** Fill in `named_members`. It is a generator: `yield` hands
# out one pair, `yield from` all those of another generator.


# %% nbgrader={"grade_id": "named-members", "solution": true}
#| export
def named_members(module, kind: str, prefix: str = "", seen: set | None = None):
    """Yield (dotted name, tensor) for all parameters or buffers in `module` and its children.

    kind: "_parameters" or "_buffers". First the module's own, in the order of registration, then
    those of its children, with the child's name and a dot in front. `prefix` goes in front of every
    name as it stands, its dot included. One that is None is passed over, and one that is found
    again under another name (a shared weight) is not repeated.
    """
    # Eight lines: own members, then recursion into `module._modules`; `seen` goes along.
    ### BEGIN SOLUTION
    seen = set() if seen is None else seen
    for name, member in getattr(module, kind).items():
        if member is not None and member not in seen:
            seen.add(member)
            yield prefix + name, member
    for name, child in module._modules.items():
        if child is not None:
            yield from named_members(child, kind, f"{prefix}{name}.", seen)
    ### END SOLUTION


# %% nbgrader={"grade_id": "named-members-test", "grade": true, "points": 2}
# A module with two children; one parameter is shared, one is switched off.
weight, bias, scale = (tensor(np.ones(n)) for n in (4, 2, 1))
first, last = node({"weight": weight, "bias": bias}), node({"weight": weight, "bias": None})
model = node({"scale": scale}, {"first": first, "last": last})
pairs = list(named_members(model, "_parameters"))
found, names = [name for name, _ in pairs], ["scale", "first.weight", "first.bias"]
equal(found, names, "the list of parameter names", suspects=MISTAKES["members"])
what = "the second half of each pair"
true(all(a is b for (_, a), b in zip(pairs, (scale, weight, bias), strict=True)), what)

# %% nbgrader={"grade_id": "named-members-hidden", "grade": true, "points": 3}
# Also graded: three levels, buffers, sharing across branches, equal values, None, a prefix, twice.
### BEGIN HIDDEN TESTS
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
found = [name for name, _ in named_members(model, "_parameters", seen={one})]
equal(found, ["tail.w"], "the list of names where the first weight was seen before")
### END HIDDEN TESTS

# %% [markdown]
# Given: `Parameter` and `Module`, with PyTorch's names. It is long, because it takes care of what
# can go wrong: a layer assigned before `super().__init__()`, a file with the wrong shapes. Your
# walk is in the middle of it.
#
# A model of your own: assign in `__init__`, compute in `forward`, call the model like a function.
# Here is the smallest one there is, a learned scale, used twice within another model. `state_dict`
# is what goes into a file; loading one that does not fit says what is wrong, and changes nothing.

# %% given: module


# %% given: own-model

# %% [markdown]
# ## 5. Where to start: initialisation
#
# Weights start at random, for if all were equal, all units of a layer would learn the same. But how
# large? A unit adds up $n$ products, $y = \sum_i w_i x_i$. Square it and take the mean over random
# weights that are independent, with mean 0 and standard deviation $\sigma_w$: of the products
# $w_i w_k$, all but the squares have mean 0, and the squares have $\sigma_w^2$. What is left is
#
# $$\overline{y^2} = \sum_{i,k} \overline{w_i w_k}\, x_i x_k = \sigma_w^2 \sum_i x_i^2
# = n\,\sigma_w^2\;\overline{x^2}$$
#
# Every layer multiplies the signal by $\sqrt{n}\,\sigma_w$. Fifty layers do it fifty times, and
# $1.5^{50}$ is 600 million: so it has to be 1, and $\sigma_w = 1/\sqrt{n}$. ReLU throws away half
# of the squares, which a *gain* of $\sqrt{2}$ makes up for: Kaiming He's start. Backward the same
# happens to the gradients, only that $n$ is then how many units an input feeds. Both cannot
# be had at once, so Xavier Glorot took the mean of the two numbers, which are called **fans**
# (**fan-in** and **fan-out**):
#
# $$\sigma_w = \frac{\text{gain}}{\sqrt{n}}, \qquad
# n = n_\text{in},\; n_\text{out}\;\text{or}\;\tfrac12 (n_\text{in} + n_\text{out})$$
#
# **Exercise 7 · medium · 20 minutes.** Fill in `weight_std`.


# %% nbgrader={"grade_id": "weight-std", "solution": true}
#| export
def weight_std(shape: tuple, mode: str = "fan_in", gain: float = 1.0) -> float:
    """The standard deviation of weights with which a layer keeps the size of its signal.

    It is gain / sqrt(n). n is the number of inputs of one output (mode "fan_in"), the number of
    outputs that one input goes to ("fan_out"), or the mean of both ("average").
    shape: (out, in), or (out, in, height, width) for a convolution: then every in and out counts
    height * width times.
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


# %% nbgrader={"grade_id": "weight-std-test", "grade": true, "points": 2}
# A layer from 64 features to 32 units, in the three modes, with a gain.
close(weight_std((32, 64)), 0.125, "weight_std((32, 64))", suspects=MISTAKES["fan_in"])
close(weight_std((32, 64), "fan_out"), 32**-0.5, "weight_std((32, 64), 'fan_out')")
out, what = weight_std((32, 64), "average"), "weight_std((32, 64), 'average')"
close(out, 48**-0.5, what, suspects=MISTAKES["average"])
out, what = weight_std((32, 64), gain=2.0), "weight_std((32, 64), gain=2.0)"
close(out, 0.25, what, suspects=MISTAKES["gain"])

# %% nbgrader={"grade_id": "weight-std-hidden", "grade": true, "points": 3}
# Also graded: convolutions, what is no matrix, an unknown mode, whether a signal keeps its size.
### BEGIN HIDDEN TESTS
close(weight_std((8, 4, 3, 3)), 1 / 6, "weight_std((8, 4, 3, 3))", suspects=MISTAKES["window"])
close(weight_std((8, 4, 3, 5), "fan_out", 3.0), 3 / 120**0.5, "weight_std((8, 4, 3, 5), fan_out)")
close(weight_std((8, 4, 3), "average"), 18**-0.5, "weight_std((8, 4, 3), 'average')")
for shape in ((5,), ()):
    with raises(ValueError, r"\(5,\)" if shape else r"\(\)", f"the error for the shape {shape}"):
        weight_std(shape)
with raises(ValueError, "fan_inn", "the error for the mode 'fan_inn'"):
    weight_std((2, 3), "fan_inn")
rng = np.random.default_rng(5)
x, std = rng.normal(size=(100, 200)), weight_std((200, 200), gain=2**0.5)
for _ in range(10):
    x = np.maximum(x @ rng.normal(0.0, std, (200, 200)), 0)
size = (x**2).mean() ** 0.5
true(0.6 < size < 1.6, "a signal's size after ten ReLU layers", expected="near 1", got=str(size))
### END HIDDEN TESTS

# %% [markdown]
# Given: `nn.init`, by your `weight_std`. A uniform distribution from $-b$ to $b$ has the standard
# deviation $b/\sqrt3$; this is where the roots of 3 come from.
#
# **Predict, then measure.** Thirty layers of 256 units with ReLU, five ways to start. By the
# formula above, each layer multiplies the signal by $\sigma_w\sqrt{256/2}$. Which of these survive
# thirty layers, and which dies or explodes first? Say it before you run the cell.
#
# | | $\sigma_w$ |
# |---|---|
# | small | 0.01 |
# | PyTorch's Linear: uniform up to $1/\sqrt{256}$ | 0.036 |
# | Xavier | 0.0625 |
# | Kaiming | 0.088 |
# | large | 0.15 |

# %% given: init

# %% given: draw-starts

# %% [markdown]
# On the left, lines are predicted and dots measured: they agree. Only Kaiming stays level. Xavier,
# made without ReLU in mind, loses a factor of $\sqrt2$ a layer, 30,000 in all; the small start
# loses a factor of nine. PyTorch's own is too small for deep networks of ReLU: there one uses
# `kaiming_normal_`, or the normalisation of module 08. On the right, the gradients of all thirty
# weights: level in each network, since a weight's gradient is the signal below it times the
# gradient above it, and what the one lost the other has still to lose. With the small start they
# are below $10^{-20}$: nothing would be learned, in any layer. The large start has the opposite
# trouble, **exploding gradients**.
#
# ## 6. The layers
#
# Given: everything becomes a `Module`. `Linear` has PyTorch's layout and start. `Sequential` calls
# its modules one after another; `ModuleList` only keeps them, so that their parameters are found.

# %% given: layers

# %% given: perceptron

# %% [markdown]
# ## 7. What a step costs
#
# Before you train anything for a week, you work out what it takes. A perceptron with `sizes` (64,
# 32, 10) is `Linear(64, 32)`, an activation, `Linear(32, 10)`. For one step on a batch of rows:
#
# - **parameters**: the weights and biases of all layers;
# - **bytes**: parameters and their gradients, four bytes a number;
# - **multiplications** in matrix products: forward, each row takes in x out of them in each layer.
#   Backward there are two products of the same size, one for the gradient of the weight and one for
#   the gradient of the input. But whose gradient does nobody want?
#
# **Exercise 8 · medium · 15 minutes.** Fill in `perceptron_cost`. First guess: 256 rows through
# (784, 256, 128, 10), handwritten digits of the usual size. A million multiplications? A billion?


# %% nbgrader={"grade_id": "perceptron-cost", "solution": true}
#| export
def perceptron_cost(sizes: tuple, batch: int) -> tuple:
    """(parameters, bytes, multiplications) of one training step of a perceptron of linear layers.

    sizes: of the input, of each hidden layer, of the output; every layer has a bias.
    bytes: of all parameters and all their gradients, in float32.
    multiplications: those of the matrix products of `batch` rows, forward and backward. The
    gradient of the first layer's input is not computed. Biases and activations do not count.
    """
    # Four or five lines. `itertools.pairwise(sizes)` gives the (in, out) of each layer.
    ### BEGIN SOLUTION
    layers = list(itertools.pairwise(sizes))
    parameters = sum(n * m + m for n, m in layers)
    products = [batch * n * m for n, m in layers]
    return parameters, 8 * parameters, 3 * sum(products) - products[0]
    ### END SOLUTION


# %% nbgrader={"grade_id": "perceptron-cost-test", "grade": true, "points": 2}
# Small enough to count by hand: 2 rows through Linear(3, 4) and Linear(4, 5).
parameters, size, products = perceptron_cost((3, 4, 5), 2)
equal(parameters, 41, "the number of parameters of (3, 4, 5)", suspects=MISTAKES["parameters"])
equal(size, 328, "the bytes of parameters and gradients", suspects=MISTAKES["bytes"])
equal(products, 168, "the multiplications of a step with 2 rows", suspects=MISTAKES["products"])

# %% nbgrader={"grade_id": "perceptron-cost-hidden", "grade": true, "points": 3}
# Also graded: your guess, a single layer, a deep one.
### BEGIN HIDDEN TESTS
expected = (235146, 1881168, 128909312)
equal(perceptron_cost((784, 256, 128, 10), 256), expected, "the cost of (784, 256, 128, 10)")
equal(perceptron_cost((64, 10), 32), (650, 5200, 40960), "the cost of a single layer")
equal(perceptron_cost((10,) * 10 + (9, 3), 1)[0], 1119, "the number of parameters, 11 layers")
equal(perceptron_cost((10,) * 11, 7), (1100, 8800, 20300), "the cost of ten layers, 7 rows")
### END HIDDEN TESTS

# %% [markdown]
# Now measure. The gate lets hooks look on (module 01), so a few lines can count what really
# happened: every product with a weight of shape (out, in) takes rows x in x out multiplications.
# Each dot of the figure is a perceptron: what you predicted, and how long its step takes.

# %% given: count

# %% [markdown]
# The counts agree exactly. The times rise with them, at first more slowly: in a small perceptron
# the work around the products takes its share, in a large one the products are all there is.
#
# ## 8. Put to use: a perceptron learns to read
#
# The classifier of module 02 was one linear layer. Now two of them with a ReLU in between, written
# with your layers, and a loss made of tensors: the mean of $-\log p$ of the right digit. Module 04
# builds proper losses, module 06 proper optimizers; until then, by hand.

# %% given: digits

# %%
data, answers = tensor(images), tensor(labels[:, None])
manual_seed(0)
model = Sequential(Flatten(), Linear(64, 64), ReLU(), Dropout(0.1), Linear(64, 10))
losses, norms = [], []
for _ in range(200):
    chances = softmax(model(data), dim=1)
    loss = -chances.gather(1, answers).log().mean()
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
# The loss falls smoothly, and more digits are read than by a single layer. On the right, the norm
# of the gradient of each parameter, named by your walk. After a short rise those of the weights
# fall; those of the biases fall and level off; none is ever zero, so every layer learns. They are
# ragged because dropout makes every step a little different.
#
# ## Reflection
#
# Replace the ReLU by a Sigmoid, and the two layers by six. What do you expect the gradient norms of
# the first layer to do, and what in this notebook tells you so? Which two changes would you try?

# %% [markdown]
# *Your answer here.*
