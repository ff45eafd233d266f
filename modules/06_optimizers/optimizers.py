# %% [markdown]
# # 06 · Optimizers
#
# A gradient tells you in which direction the loss grows fastest, but not how far to go. That is up
# to the **optimizer**, which so far was three lines in a loop. In this notebook you build
# PyTorch's: SGD with momentum, Adam and AdamW, with settings (**hyperparameters**) for each group
# of parameters, and the schedules that change the learning rate along the way. At the end, a
# training script gives the same numbers in both frameworks, step by step, and your optimizers train
# a network that reads over 93% of handwritten digits it has never seen.
#
# The arithmetic is in short functions on NumPy arrays, which you write. They change the parameters
# **in place**: the model holds these very arrays, and a new array, however right, would leave the
# model as it was.

# %% given: imports
# %% given: notebook-imports
# %% given: mistakes

# %% [markdown]
# ## 1. A step downhill
#
# **Gradient descent** takes a step against the gradient $g$; the **learning rate** $\eta$ sets the
# length of the step. With the gradient of a single batch instead of all the data, it is called
# *stochastic* gradient descent, **SGD**:
#
# $$p \leftarrow p - \eta\, g$$
#
# **Exercise 1 · easy · 5 minutes.** Fill in `sgd_update`.

# %% nbgrader={"grade_id": "sgd-update", "solution": true}
#| export
def sgd_update(p: np.ndarray, g: np.ndarray, lr: float) -> None:
    """One step of gradient descent: `p` moves against `g`, in its own memory.

    Shapes: p and g alike, any, even (); both float32 or both float64. `g` stays as it is.
    """
    # One line.
    ### BEGIN SOLUTION
    p -= lr * g
    ### END SOLUTION


# %% nbgrader={"grade_id": "sgd-update-test", "grade": true, "points": 2}
# Three weights, one step of length 0.1.
p, g = np.array([1.0, -2.0, 3.0]), np.array([0.5, -1.0, 0.0])
sgd_update(p, g, 0.1)
wrong, hint = MISTAKES["sgd"], "change p in place"
close(p, [0.95, -1.9, 3], "p after sgd_update(p, g, 0.1)", suspects=wrong, hint=hint)

# %% nbgrader={"grade_id": "sgd-update-test-2", "grade": true, "points": 1}
# Rows of a larger array, a single number, and the gradient, which stays as it is.
large, g = np.ones((3, 2)), np.array([[1.0, 2.0], [3.0, 4.0]])
sgd_update(large[1:], g, 0.5)
close(large, [[1, 1], [0.5, 0], [-0.5, -1]], "an array of which rows 1 and 2 made a step")
close(g, [[1, 2], [3, 4]], "g after the step", hint="it belongs to the caller")
p = np.array(2.0)
sgd_update(p, np.array(4.0), 0.25)
close(p, 1.0, "p, a single number, after a step", hint="all of p is p[...], whatever its shape")

# %% nbgrader={"grade_id": "sgd-update-hidden", "grade": true, "points": 1}
# Also graded: several steps, a transposed array, float32, lr = 0.
### BEGIN HIDDEN TESTS
large, g = np.ones((4, 3)), np.arange(6.0).reshape(2, 3)
for _ in range(3):
    sgd_update(large[1:3], g, 0.5)
close(g, np.arange(6.0).reshape(2, 3), "g after three steps")
expected = [[1, 1, 1], [1, -0.5, -2], [-3.5, -5, -6.5], [1, 1, 1]]
close(large, expected, "an array whose middle rows made three steps")
large = np.ones((2, 3))
sgd_update(large.T, g.reshape(3, 2), 1.0)
close(large, [[1, -1, -3], [0, -2, -4]], "an array after a step of its transpose")
p, g = np.float32([1, 2]), np.float32([4, -4])
sgd_update(p, g, 0.25)
close(p, [0, 3], "p in float32", dtype="float32")
sgd_update(p, g, 0.0)
close(p, [0, 3], "p after a step with lr = 0")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Momentum
#
# In a long, narrow valley the gradient points across it, and plain steps bounce from wall to wall.
# A heavy ball does better: it adds up the pushes it gets. Across the valley they cancel, along it
# they add up. This is **momentum**. With the factor $\mu$, and **dampening** $\tau$, the share of
# each new gradient that is left out, the buffer $b$ and the direction $d$ of the step are
#
# $$b_1 = g_1 \qquad b_t = \mu\, b_{t-1} + (1 - \tau)\, g_t \qquad d_t = b_t$$
#
# For a constant gradient and $\tau = 0$, the sum approaches $g / (1 - \mu)$: ten times $g$ for
# $\mu = 0.9$. *Nesterov's* momentum looks one step ahead: $d_t = g_t + \mu\, b_t$.
#
# **Exercise 2 · medium · 20 minutes.** Fill in `momentum_update`.


# %% nbgrader={"grade_id": "momentum-update", "solution": true}
#| export
def momentum_update(
    g: np.ndarray,
    buffer: np.ndarray,
    first: bool,
    momentum: float,
    dampening: float = 0.0,
    nesterov: bool = False,
) -> np.ndarray:
    """The direction of a step with momentum: it takes the place of `g` in `sgd_update`.

    buffer: the running sum of gradients, like `g` in shape and dtype; overwritten in place. The
    `first` time it holds nothing of use, and the values of `g` go into it, not dampened; later it
    becomes momentum * buffer + (1 - dampening) * g. The direction is the new buffer or, with
    `nesterov`, g + momentum * buffer, in the same dtype. `g` stays as it is.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
    """
    # Six lines: the buffer, the first time and later; the direction.
    ### BEGIN SOLUTION
    if first:
        buffer[...] = g
    else:
        buffer *= momentum
        buffer += g if dampening == 0 else (1 - dampening) * g
    return g + momentum * buffer if nesterov else buffer
    ### END SOLUTION


# %% nbgrader={"grade_id": "momentum-update-test", "grade": true, "points": 2}
# Two steps of two weights, momentum 0.9; at first the buffer holds no numbers.
buffer = np.full(2, np.nan)
direction = momentum_update(np.array([1.0, 2.0]), buffer, True, 0.9)
close(direction, [1, 2], "the first direction", suspects={"it was dampened": [0.1, 0.2]})
close(buffer, [1, 2], "the buffer after the first step", hint="write into it")
direction = momentum_update(np.array([3.0, 0.0]), buffer, False, 0.9)
wrong = MISTAKES["momentum"]
close(direction, [3.9, 1.8], "the second direction", suspects=wrong)
close(buffer, [3.9, 1.8], "the buffer after the second step", hint="write into it", suspects=wrong)

# %% nbgrader={"grade_id": "momentum-update-test-2", "grade": true, "points": 1}
# Two steps with dampening, two of Nesterov's kind; and the gradients, which stay as they are.
for dampening, nesterov, directions in (
    (0.25, False, [[2, -4], [5.5, -2]]),
    (0, True, [[3, -6], [9.5, -1]]),
):
    buffer, g, buffers = np.full(2, np.nan), np.array([[2.0, -4.0], [6.0, 0.0]]), [[2, -4], [7, -2]]
    for t, what in enumerate((f"{dampening=}, {nesterov=}", f"{dampening=}, {nesterov=}, again")):
        out = momentum_update(g[t], buffer, t == 0, 0.5, dampening, nesterov)
        close(out, directions[t], f"the direction with {what}", suspects=MISTAKES["directions"])
        close(buffer, (buffers if nesterov else directions)[t], f"the buffer with {what}")
    close(g, [[2, -4], [6, 0]], f"the gradients after two steps, {nesterov=}")

# %% nbgrader={"grade_id": "momentum-update-hidden", "grade": true, "points": 2}
# Also graded: other settings, three steps, two dimensions, float32.
### BEGIN HIDDEN TESTS
gradients = [[[1.0, -2.0]], [[0.5, 4.0]], [[-3.0, 1.0]]]
for momentum, dampening, nesterov in ((0.5, 0, False), (0.8, 0.3, False), (0.6, 0, True)):
    buffer, past = np.full((1, 2), np.nan), None
    for t, rows in enumerate(gradients):
        g, given = np.array(rows), np.array(rows)
        late = None if t == 0 else past * momentum + (1 - dampening) * given
        late = given if late is None else late
        expected = given + momentum * late if nesterov else late
        wrong = {"the past is missing": given, "nesterov is missing, or took the old buffer": late}
        what = f"the direction of step {t + 1}, {momentum=}, {dampening=}, {nesterov=}"
        out = momentum_update(g, buffer, t == 0, momentum, dampening, nesterov)
        close(out, expected, what, suspects=wrong)
        close(buffer, late, f"the buffer after step {t + 1}, {nesterov=}")
        close(g, given, f"g after step {t + 1}, {nesterov=}")
        past = late
g, buffer = np.float32([1, 2]), np.empty(2, np.float32)
momentum_update(g, buffer, True, 0.9)
out = momentum_update(np.float32([1, 1]), buffer, False, 0.9, nesterov=True)
close(out, [2.71, 3.52], "a direction in float32", dtype="float32")
close(g, [1, 2], "the first gradient after the second step", hint="copy it into the buffer")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Adam
#
# One learning rate for all weights is a compromise: a rarely used weight gets small gradients, a
# busy one large ones. **Adam** keeps two running means (**exponential moving averages**) for each
# weight, of the gradient and of its square, and divides the first by the root of the second.
# Whatever the size of its gradients, a weight moves by about $\eta$ per step:
#
# $$m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t \qquad
# v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2$$
#
# $$\hat m = \frac{m_t}{1 - \beta_1^t} \qquad \hat v = \frac{v_t}{1 - \beta_2^t} \qquad
# p \leftarrow p - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}$$
#
# Why the hats? They are Adam's **bias correction**. Both means begin at 0, and for a while they are
# too small: after one step $m_1 = 0.1\, g$ and $v_1 = 0.001\, g^2$, and a step of $0.1 /
# \sqrt{0.001} \approx 3.2$ times $\eta$ would be too long. Divided by $1 - \beta^t$, the weights of
# all gradients in a mean add up to 1. And $\epsilon$, added to the root, avoids 0 / 0 for a weight
# whose gradients were all 0.
#
# **Exercise 3 · medium · 25 minutes.** Fill in `adam_update`.


# %% nbgrader={"grade_id": "adam-update", "solution": true}
#| export
def adam_update(
    p: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    step: int,
    lr: float,
    betas: tuple = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    """One step of Adam: overwrites `p`, `m` and `v` in place; `g` stays as it is.

    m, v: the running means of gradients and of their squares, zeros before the first step; they
    are kept without bias correction. step: the number of this step, 1 for the first.
    Shapes: p, g, m and v alike, any; all of one dtype, which they keep.
    Source: Kingma and Ba (2015), algorithm 1, arXiv:1412.6980.
    """
    # Four to six lines: both means move on; both are corrected; p moves.
    ### BEGIN SOLUTION
    # m = beta * m + (1 - beta) * g, and so on, in place, with one scratch array: a quarter faster.
    scratch = np.empty_like(p)
    np.multiply(g, 1 - betas[0], out=scratch)
    m *= betas[0]
    m += scratch
    v *= betas[1]
    np.multiply(g, 1 - betas[1], out=scratch)
    scratch *= g
    v += scratch
    root = math.sqrt(1 - betas[1] ** step)
    np.sqrt(v, out=scratch)
    scratch += eps * root  # root / (sqrt(v) + eps * root) is 1 / (sqrt(v) / root + eps)
    np.divide(m, scratch, out=scratch)
    scratch *= lr * root / (1 - betas[0] ** step)
    p -= scratch
    ### END SOLUTION


# %% nbgrader={"grade_id": "adam-update-test", "grade": true, "points": 2}
# The first step moves each weight by lr, whatever the size of its gradient.
p, g = np.array([1.0, -1.0, 2.0]), np.array([0.5, -10.0, 0.2])
m, v = np.zeros(3), np.zeros(3)
adam_update(p, g, m, v, 1, 0.01)
close(p, [0.99, -0.99, 1.99], "p after the first step with lr = 0.01", suspects=MISTAKES["adam"])
hint = "write into m and v, and leave them uncorrected"
close(m, [0.05, -1, 0.02], "m after the first step", hint=hint)
close(v, [0.00025, 0.1, 0.00004], "v after the first step", hint=hint)

# %% nbgrader={"grade_id": "adam-update-test-2", "grade": true, "points": 2}
# Three steps with lr=0.4, betas=(0.5, 0.75), eps=1; a weight whose gradient is 0; g stays as it is.
p, m, v = np.ones(3), np.zeros(3), np.zeros(3)
for step, g, new_p, new_m, new_v in (
    (1, [3, -1, 0], [0.7, 1.2, 1], [1.5, -0.5, 0], [2.25, 0.25, 0]),
    (2, [3, -1, 0], [0.4, 1.4, 1], [2.25, -0.75, 0], [3.9375, 0.4375, 0]),
    (3, [-5, 7, 0], [0.5259700, 1.1477989, 1], [-1.375, 3.125, 0], [9.203125, 12.578125, 0]),
):
    gradient = np.array(g, float)
    adam_update(p, gradient, m, v, step, 0.4, (0.5, 0.75), 1.0)
    close(p, new_p, f"p after step {step} with eps=1", suspects=MISTAKES["eps"])
    close(m, new_m, f"m after step {step} with beta 0.5", suspects=MISTAKES["betas"])
    close(v, new_v, f"v after step {step} with beta 0.75")
    close(gradient, g, f"g after step {step}", hint="it belongs to the caller")

# %% nbgrader={"grade_id": "adam-update-hidden", "grade": true, "points": 2}
# Also graded: other settings, more steps, gradients that become 0, two dimensions, float32.
### BEGIN HIDDEN TESTS
for betas, eps in (((0.9, 0.999), 1e-8), ((0.5, 0.8), 1e-8), ((0.8, 0.9), 0.5)):
    p, m, v = np.ones((2, 2)), np.zeros((2, 2)), np.zeros((2, 2))
    expected, first, second = np.ones((2, 2)), 0.0, 0.0
    for step in range(1, 5):
        given = np.array([[1.0, -2.0 * (step < 3)], [0.0, 0.01]]) * (-1.5) ** step
        first = betas[0] * first + (1 - betas[0]) * given
        second = betas[1] * second + (1 - betas[1]) * given**2
        hats = first / (1 - betas[0] ** step), second / (1 - betas[1] ** step)
        expected = expected - 0.1 * hats[0] / (np.sqrt(hats[1]) + eps)
        g = given.copy()
        adam_update(p, g, m, v, step, 0.1, betas, eps)
        close(p, expected, f"p after step {step}, {betas=}, {eps=}", rtol=1e-9, atol=1e-12)
        close(m, first, f"m after step {step}", rtol=1e-9)
        close(v, second, f"v after step {step}", rtol=1e-9)
        close(g, given, f"g after step {step}")
single = [np.float32([1, 1]), np.float32([2, 0]), np.zeros(2, np.float32), np.zeros(2, np.float32)]
adam_update(*single, 1, 0.5)
close(single[0], [0.5, 1], "p in float32, with one gradient of zero", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# All three in a valley that is 25 times steeper across than along (a **condition number** of 25),
# $f(x, y) = (x^2 + 25 y^2) / 2$, from the same place, 40 steps each. Plain descent reaches the
# floor at once, then creeps along it. Its rate cannot grow much: from $2 / 25 = 0.08$ on, each step
# across is longer than the one before. Momentum swings from wall to wall and arrives. Adam does not
# see how steep the valley is: it sets out diagonally, equally fast in both directions, overshoots
# the middle and turns back.

# %% given: valley

# %%
buffer, m, v = np.zeros((3, 2))
paths = {
    "SGD": path(lambda p, g, t: sgd_update(p, g, 0.03)),
    "with momentum": path(
        lambda p, g, t: sgd_update(p, momentum_update(g, buffer, t == 1, 0.8), 0.03)
    ),
    "Adam": path(lambda p, g, t: adam_update(p, g, m, v, t, 0.5)),
}
draw_valley(paths)
ends = {name: np.abs(places[-1]).max() for name, places in paths.items()}
assert ends["with momentum"] < 0.1 < 2 < ends["SGD"]
assert paths["Adam"].max() > 1

# %% [markdown]
# ## 4. Weight decay, twice
#
# Networks with small weights tend to generalise better, so optimizers can pull all weights towards
# zero: **weight decay**. There are two ways. *Coupled*, or **L2 regularization**: add
# $\frac{\lambda}{2} \sum p^2$ to the loss; its gradient is $\lambda p$. *Decoupled*: let each
# weight lose the share $\eta\lambda$ of itself, apart from the gradient. For plain SGD the two are
# the same. For Adam they are not: the pull, as a part of the gradient, is divided by $\sqrt{\hat
# v}$ like the rest, so weights with large gradients hardly decay. AdamW (W for weight decay) fixes
# that.
#
# **Exercise 4 · easy · 15 minutes.** Fill in `decayed`.


# %% nbgrader={"grade_id": "decay", "solution": true}
#| export
def decayed(
    p: np.ndarray, g: np.ndarray, lr: float, weight_decay: float, decoupled: bool
) -> np.ndarray:
    """Apply weight decay: returns the gradient for the step that follows.

    Coupled (SGD, Adam): the gradient of g's loss plus weight_decay / 2 * sum(p**2), in the dtype of
    `g`; `p` stays as it is.
    Decoupled (AdamW): `p` loses the share lr * weight_decay of itself, in place; returns `g`.
    In both cases `g` stays as it is.
    Source: Loshchilov and Hutter (2019), algorithm 2, arXiv:1711.05101.
    """
    # Four lines.
    ### BEGIN SOLUTION
    if decoupled:
        p *= 1 - lr * weight_decay
        return g
    return g + weight_decay * p
    ### END SOLUTION


# %% nbgrader={"grade_id": "decay-test", "grade": true, "points": 2}
# Two weights, lr 0.1, decay 0.5: the coupled way, then the decoupled.
p, g = np.array([2.0, -4.0]), np.array([1.0, 3.0])
out = decayed(p, g, 0.1, 0.5, False)
close(out, [2, 1], "the gradient with coupled decay", suspects=MISTAKES["coupled"])
close(p, [2, -4], "p after coupled decay", hint="only the gradient that is returned differs")
p, g = np.array([2.0, -4.0]), np.array([1.0, 3.0])
out = decayed(p, g, 0.1, 0.5, True)
wrong = {"decay was coupled": [2, 1]}
close(out, [1, 3], "the gradient with decoupled decay", suspects=wrong)
close(p, [1.9, -3.8], "p after decoupled decay", suspects=MISTAKES["decoupled"])

# %% nbgrader={"grade_id": "decay-test-2", "grade": true, "points": 1}
# Two calls in a row, a decay of 0, and the gradient, which stays as it is in both ways.
for decoupled in (False, True):
    p, g = np.array([[4.0, -8.0]]), np.array([[1.0, 2.0]])
    for _ in range(2):
        out = decayed(p, g, 0.5, 0.5, decoupled)
    close(g, [[1, 2]], f"g after two calls, {decoupled=}", hint="it belongs to the caller")
    close(out, [[1, 2]] if decoupled else [[3, -2]], f"the second gradient, {decoupled=}")
    close(p, [[2.25, -4.5]] if decoupled else [[4, -8]], f"p after two calls, {decoupled=}")
    close(decayed(p, g, 0.5, 0.0, decoupled), [[1, 2]], f"the gradient without decay, {decoupled=}")

# %% nbgrader={"grade_id": "decay-hidden", "grade": true, "points": 2}
# Also graded: other numbers, float32, weights of 0, part of a larger array.
### BEGIN HIDDEN TESTS
for decoupled in (False, True):
    large, g = np.array([[9.0, 9.0, 9.0], [3.0, -1.0, 0.0]]), np.array([[0.0, 2.0, -5.0]])
    for _ in range(2):
        out = decayed(large[1:], g, 0.25, 0.8, decoupled)
    expected = [[0, 2, -5]] if decoupled else [[2.4, 1.2, -5]]
    close(out, expected, f"the gradient after two calls, {decoupled=}")
    expected = [[9, 9, 9], [1.92, -0.64, 0] if decoupled else [3, -1, 0]]
    close(large, expected, f"an array of which row 1 decayed twice, {decoupled=}")
    p, g = np.float32([1, 2]), np.float32([3, 4])
    close(decayed(p, g, 0.5, 0.5, decoupled), [3, 4] if decoupled else [3.5, 5],
          f"the gradient in float32, {decoupled=}", dtype="float32")  # fmt: skip
    close(p, [0.75, 1.5] if decoupled else [1, 2], f"p in float32, {decoupled=}", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Parameter groups
#
# Biases need no decay; a fine-tuned layer wants a smaller rate. So an optimizer keeps its
# parameters in **parameter groups**, dicts with "params" and settings. What a group leaves out
# comes from the defaults: `Adam([{"params": weights}, {"params": biases, "weight_decay": 0}],
# lr=0.01)`.
#
# Two mistakes deserve an error, because training would go on and be wrong. A parameter in two
# groups would be updated twice. And the optimizer must hold the model's *very own* tensors: with
# copies, the copies learn.
#
# **Exercise 5 · medium · 20 minutes.** Fill in `make_group`.


# %% nbgrader={"grade_id": "param-groups", "solution": true}
#| export
def make_group(group: dict, defaults: dict, taken: list) -> dict:
    """A complete parameter group: `group` with "params" as a list and the defaults filled in.

    group: "params", one tensor or anything that yields tensors, and the settings that differ from
    `defaults`. The result is a new dict that holds the very same tensors, not copies.
    taken: the tensors that other groups hold already. All three arguments stay as they are.
    Raises: ValueError mentioning "empty" if there are no parameters, "leaf" for a tensor that was
    computed (`is_leaf`), "more than one" if one is in `taken` or comes twice; TypeError naming the
    type of a parameter that is not a tensor.
    """
    # About twelve lines: the list; the checks, one parameter at a time; the new dict.
    ### BEGIN SOLUTION
    params = group["params"]
    params = [params] if isinstance(params, Tensor) else list(params)
    if not params:
        raise ValueError("an optimizer got an empty parameter list")
    seen = {id(p) for p in taken}
    for p in params:
        if not isinstance(p, Tensor):
            raise TypeError(f"an optimizer takes tensors, not {type(p).__name__}")
        if not p.is_leaf:
            raise ValueError("an optimizer takes leaf tensors, not one that was computed")
        if id(p) in seen:
            raise ValueError(f"a parameter of shape {p.shape} is in more than one group, or twice")
        seen.add(id(p))
    return {**defaults, **group, "params": params}
    ### END SOLUTION


# %% nbgrader={"grade_id": "param-groups-test", "grade": true, "points": 2}
# Two tensors with settings of their own, defaults for the rest, and two errors.
a, b, c = (Tensor(np.full(2, value), requires_grad=True) for value in (1.0, 2.0, 1.0))
defaults = {"lr": 0.1, "weight_decay": 0.5, "betas": (0.9, 0.999), "eps": 1e-8}
group = make_group({"params": [a, b], "lr": 0.01, "weight_decay": 0}, defaults, [c])
settings, wrong = {name: group[name] for name in group if name != "params"}, MISTAKES["settings"]
expected = {**defaults, "lr": 0.01, "weight_decay": 0}
equal(settings, expected, "the settings of the group", suspects=wrong)
same = len(group["params"]) == 2 and group["params"][0] is a and group["params"][1] is b
true(same, "group['params']", expected="the very same tensors in a list", hint="no copies")
with raises(ValueError, "empty", "no parameters"):
    make_group({"params": []}, {"lr": 0.1}, [])
with raises(ValueError, "more than one", "a parameter of another group"):
    make_group({"params": [a, c]}, {"lr": 0.1}, [b, c])

# %% nbgrader={"grade_id": "param-groups-test-2", "grade": true, "points": 1}
# One tensor, a generator, equal numbers; the other errors; what came in stays as it is.
a, b, c = (Tensor(np.ones(2), requires_grad=True) for _ in range(3))
for params, what in ((a, "one tensor"), (iter([a]), "an iterator"), ([a], "a list")):
    kept = make_group({"params": params}, {"lr": 0.1}, [b, c])["params"]
    true(type(kept) is list and len(kept) == 1 and kept[0] is a,
         f"what {what} becomes", expected="a list that holds the very tensor")  # fmt: skip
given, defaults, taken = {"params": [a], "momentum": 0.5}, {"lr": 0.1, "momentum": 0.9}, [b]
make_group(given, defaults, taken)
equal((sorted(given), given["momentum"]), (["momentum", "params"], 0.5), "the group that came in")
equal((defaults, len(taken)), ({"lr": 0.1, "momentum": 0.9}, 1), "the defaults that came in")
for params, error, mention, what in (
    ([a, b, a], ValueError, "more than one", "a parameter twice in one group"),
    ([a, b * 2], ValueError, "leaf", "a tensor that was computed"),
    ([a, 7], TypeError, "int", "a number as a parameter"),
):
    with raises(error, mention, what):
        make_group({"params": params}, {"lr": 0.1}, [c])

# %% nbgrader={"grade_id": "param-groups-hidden", "grade": true, "points": 2}
# Also graded: generators, tuples, nothing in a generator, settings that have no default.
### BEGIN HIDDEN TESTS
a, b, c = (Tensor(np.ones(2), requires_grad=True) for _ in range(3))
defaults = {"lr": 0.1, "momentum": 0.9, "nesterov": False}
group = make_group({"params": (p for p in (a, b)), "note": "x", "nesterov": True}, defaults, [c])
kept, settings = group["params"], {name: group[name] for name in group if name != "params"}
true(type(kept) is list and len(kept) == 2 and kept[0] is a and kept[1] is b,
     "the parameters from a generator", expected="a list of the two tensors")  # fmt: skip
expected = {"lr": 0.1, "momentum": 0.9, "nesterov": True, "note": "x"}
equal(settings, expected, "the settings of a group with a note")
for params, error, mention, what in (
    ((b, a, b), ValueError, "more than one", "a parameter twice in a tuple"),
    (iter([a, c]), ValueError, "more than one", "a parameter of another group, from an iterator"),
    (b * 2, ValueError, "leaf", "one tensor that was computed"),
    ([None], TypeError, "NoneType", "None as a parameter"),
    ((p for p in ()), ValueError, "empty", "a generator of nothing"),
):
    with raises(error, mention, what):
        make_group({"params": params}, defaults, [c])
### END HIDDEN TESTS

# %% [markdown]
# ## 6. The optimizers
#
# Given: the classes around your functions. `step` goes through the groups and skips parameters
# without a gradient; `state` holds what a parameter needs from one step to the next. A large
# parameter is updated in blocks of 262,144 numbers: what one of your lines leaves in the cache is
# then still there for the next, which is faster than one line at a time over the whole array.
#
# `state_dict` says it all in numbers and arrays, with the parameters numbered in the order of the
# groups, as PyTorch does. A run that is resumed tomorrow without this state is another run.

# %% given: optimizers

# %% [markdown]
# Two groups in one optimizer: the second has a rate ten times smaller and no decay.

# %%
weight, bias = tensor([1.0, 2.0], requires_grad=True), tensor([1.0], requires_grad=True)
optimizer = AdamW([{"params": [weight]}, {"params": [bias], "lr": 0.01, "weight_decay": 0}], lr=0.1)
((weight * weight).sum() + bias.sum()).backward()
optimizer.step()
print(weight.tolist(), bias.tolist())
print(optimizer.state_dict()["param_groups"])
assert np.allclose([*weight.tolist(), *bias.tolist()], [0.899, 1.898, 0.99])

# %% [markdown]
# ## 7. Schedules
#
# Large steps get far, small steps get close. A **schedule** lowers the learning rate along the way.
# The most popular one, **cosine annealing**, follows half a wave of the cosine from $\eta_0$ to
# $\eta_{\min}$ in $T$ steps, slowly at both ends:
#
# $$\eta_t = \eta_{\min} + \tfrac12 (\eta_0 - \eta_{\min}) \left(1 + \cos \frac{\pi t}{T}\right)$$
#
# **Exercise 6 · easy · 10 minutes.** Fill in `cosine_lr`.


# %% nbgrader={"grade_id": "cosine", "solution": true}
#| export
def cosine_lr(t: int, base_lr: float, t_max: int, eta_min: float = 0.0) -> float:
    """The learning rate after `t` steps of cosine annealing, as `CosineAnnealingLR`.

    `base_lr` at t = 0, `eta_min` at t = t_max, halfway between at t_max / 2; from there up again,
    as the cosine goes.
    Source: Loshchilov and Hutter (2017), equation 5, arXiv:1608.03983.
    """
    # One line.
    ### BEGIN SOLUTION
    return eta_min + (base_lr - eta_min) * (1 + math.cos(math.pi * t / t_max)) / 2
    ### END SOLUTION


# %% nbgrader={"grade_id": "cosine-test", "grade": true, "points": 2}
# The beginning, the middle and the end of 10 steps from 0.4 to 0.
close(cosine_lr(0, 0.4, 10), 0.4, "the rate at the beginning", suspects=MISTAKES["cosine"])
close(cosine_lr(5, 0.4, 10), 0.2, "the rate in the middle", suspects={"a whole wave": 0.0})
close(cosine_lr(10, 0.4, 10), 0, "the rate at t_max", suspects={"a step is missing": 0.0097887})

# %% nbgrader={"grade_id": "cosine-test-2", "grade": true, "points": 2}
# With a minimum: the middle, a third of the way, the end, and beyond it.
wrong = {"eta_min was ignored": 0.5, "the wave starts from eta_min + base_lr": 0.7}
close(cosine_lr(5, 1.0, 10, 0.2), 0.6, "the middle between 1 and 0.2", suspects=wrong)
close(cosine_lr(10, 1.0, 10, 0.2), 0.2, "the rate at t_max, with eta_min = 0.2")
third = cosine_lr(1, 1.0, 3, 0.1)
close(third, 0.775, "a third of the way from 1 to 0.1", suspects={"a straight line": 0.7})
close(cosine_lr(4, 1.0, 3, 0.1), 0.325, "a step beyond t_max", hint="the cosine goes up again")

# %% nbgrader={"grade_id": "cosine-hidden", "grade": true, "points": 1}
# Also graded: other numbers, twice t_max, a rate that rises to eta_min.
### BEGIN HIDDEN TESTS
close(cosine_lr(2, 0.9, 3, 0.1), 0.3, "two thirds of the way from 0.9 to 0.1")
close(cosine_lr(6, 1.0, 3, 0.1), 1, "twice t_max")
close(cosine_lr(1, 0.1, 2, 0.3), 0.2, "a rate that rises to eta_min")
### END HIDDEN TESTS

# %% [markdown]
# At the start Adam's means know only a few batches, and large steps do harm. So many runs **warm
# up**: the rate rises in a straight line for some steps, and only then the cosine begins. That
# takes two schedules, one after the other, each of which counts its own steps.
#
# **Exercise 7 · easy · 10 minutes.** Fill in `sequence_place`.


# %% nbgrader={"grade_id": "sequence", "solution": true}
#| export
def sequence_place(t: int, milestones: list) -> tuple:
    """(which schedule is active after `t` steps, how many steps it has made itself).

    milestones: when schedules 1, 2, ... take over, in ascending order; schedule 0 begins at 0. At
    its milestone a schedule is active and has made 0 steps. `milestones` stays as it is.
    """
    # Two lines.
    ### BEGIN SOLUTION
    i = bisect_right(milestones, t)
    return i, t - ([0, *milestones])[i]
    ### END SOLUTION


# %% nbgrader={"grade_id": "sequence-test", "grade": true, "points": 2}
# A warm-up of 5 steps, then something else.
equal(sequence_place(0, [5]), (0, 0), "the place at the beginning")
equal(sequence_place(4, [5]), (0, 4), "the place before the milestone")
wrong = MISTAKES["sequence"]
equal(sequence_place(5, [5]), (1, 0), "the place at the milestone itself", suspects=wrong)
equal(sequence_place(7, [5]), (1, 2), "the place two steps later")

# %% nbgrader={"grade_id": "sequence-test-2", "grade": true, "points": 2}
# Four schedules in a row, one alone, and the list of milestones, which stays as it is.
milestones, expected = [3, 4, 9], [(0, 0), (0, 1), (0, 2), (1, 0)]
expected += [(2, 0), (2, 1), (2, 2), (2, 3), (2, 4), (3, 0), (3, 1)]
for t, place in enumerate(expected):
    equal(sequence_place(t, milestones), place, f"the place at step {t}, milestones [3, 4, 9]")
    equal(milestones, [3, 4, 9], "the milestones afterwards")
equal(sequence_place(12, []), (0, 12), "the place without milestones")

# %% nbgrader={"grade_id": "sequence-hidden", "grade": true, "points": 1}
# Also graded: other milestones, also one at 0.
### BEGIN HIDDEN TESTS
for milestones, lengths in (([2, 7, 8, 20], (2, 5, 1, 12, 4)), ([0, 3], (0, 3, 5))):
    expected = [(i, t) for i, length in enumerate(lengths) for t in range(length)]
    places = [sequence_place(t, milestones) for t in range(len(expected))]
    equal(places, expected, f"the places of {len(expected)} steps, {milestones=}")
### END HIDDEN TESTS

# %% [markdown]
# Given: the schedules. Each computes its rates from the number of steps made, and `step` writes
# them where the optimizer reads them, `group["lr"]`. Call it after `optimizer.step()`: per batch or
# per epoch, whichever the numbers of the schedule count.

# %% given: schedules

# %% [markdown]
# Five of them over 100 steps. `OneCycleLR` (dashed) rises to its maximum, then falls to almost
# zero; the sequence warms up for 20 steps and then follows a cosine; `StepLR` halves the rate every
# 25.

# %% given: rates

# %% [markdown]
# ## 8. What an optimizer remembers
#
# Before a model is trained, you have to know whether it fits into memory. For each parameter there
# is also its gradient, and whatever the optimizer keeps. (Step counters are too small to matter,
# and so is memory that is used for a moment only.)
#
# **Exercise 8 · easy · 15 minutes.** Fill in `training_bytes`. But first guess: how many GB does a
# language model of 7 billion parameters take, trained with Adam in float32, before a single
# activation? Which arrays does each of your update functions need again at the next step?


# %% nbgrader={"grade_id": "state-bytes", "solution": true}
#| export
def training_bytes(
    parameters: int, optimizer: str, momentum: float = 0.0, itemsize: int = 4
) -> tuple:
    """(bytes of the optimizer's state, bytes of parameters, gradients and state together).

    parameters: how many numbers the model learns, each of `itemsize` bytes.
    optimizer: "SGD", with `momentum`, "Adam" or "AdamW".
    Raises: ValueError naming any other optimizer.
    """
    # About five lines.
    ### BEGIN SOLUTION
    kept = {"SGD": int(momentum != 0), "Adam": 2, "AdamW": 2}
    if optimizer not in kept:
        raise ValueError(f"{optimizer!r} is not known here: choose SGD, Adam or AdamW")
    each = parameters * itemsize
    return kept[optimizer] * each, (2 + kept[optimizer]) * each
    ### END SOLUTION


# %% nbgrader={"grade_id": "state-bytes-test", "grade": true, "points": 2}
# A thousand parameters in float32.
wrong = {"only one mean was counted": (4000, 12000), "the gradients are missing": (8000, 12000)}
equal(training_bytes(1000, "Adam"), (8000, 16000), "what Adam needs", suspects=wrong)
wrong = {"a buffer was counted that is not there": (4000, 12000)}
equal(training_bytes(1000, "SGD"), (0, 8000), "what SGD without momentum needs", suspects=wrong)

# %% nbgrader={"grade_id": "state-bytes-test-2", "grade": true, "points": 1}
# SGD with momentum, AdamW in float64, a momentum that is none of Adam's, another optimizer.
for arguments, expected, what in (
    ((1000, "SGD", 0.9), (4000, 12000), "SGD with momentum"),
    ((10, "AdamW", 0.0, 8), (160, 320), "AdamW in float64"),
    ((10, "Adam", 0.9), (80, 160), "Adam, told a momentum, which only SGD has"),
):
    equal(training_bytes(*arguments), expected, f"the bytes of {what}")
with raises(ValueError, "Lion", "an optimizer called Lion"):
    training_bytes(10, "Lion")

# %% nbgrader={"grade_id": "state-bytes-hidden", "grade": true, "points": 2}
# Also graded: other numbers, the model of 7 billion, other optimizers.
### BEGIN HIDDEN TESTS
equal(training_bytes(300, "SGD", 0.5, 8), (2400, 7200), "the bytes of SGD with momentum 0.5")
equal(training_bytes(20, "SGD", itemsize=2), (0, 80), "the bytes of SGD in float16")
billions = 7 * 10**9
equal(training_bytes(billions, "AdamW"), (56 * 10**9, 112 * 10**9), "the bytes of 7 billion")
for other in ("Adamax", "sgd"):
    with raises(ValueError, other, f"an optimizer called {other}"):
        training_bytes(10, other)
### END HIDDEN TESTS

# %% [markdown]
# $7 \cdot 10^9$ numbers of 4 bytes, four times over: 112 GB. Now measure what the optimizers really
# keep after a step on a perceptron of 784-256-128-10. The black lines are your prediction, the bars
# what was found; they agree to the byte.

# %% given: remembered

# %% [markdown]
# ## 9. Put to use: the digits, by each of them
#
# The loop below is in every script written for PyTorch: `zero_grad`, forward, loss, `backward`,
# `step`, and the schedule. Each optimizer trains the same network from the same first weights on
# the same batches for eight epochs; the last run uses AdamW with `OneCycleLR`.

# %%
train_images, train_labels, test_images, test_labels = digits()


def train(make, schedule=None, epochs=8):
    """(losses, norms of the whole gradient, share of test digits that are read) of a new model."""
    manual_seed(0)
    model, losses, norms = perceptron(64, 64, 10), [], []
    data = TensorDataset(tensor(train_images), tensor(train_labels))
    loader = DataLoader(data, batch_size=32, shuffle=True, generator=Generator(0))
    optimizer = make(model.parameters())
    scheduler = schedule and schedule(optimizer, epochs * len(loader))
    for _ in range(epochs):
        for images, labels in loader:
            optimizer.zero_grad()
            loss = cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            if scheduler:
                scheduler.step()
            losses.append(loss.item())
            norms.append(np.sqrt(sum((p.grad.array**2).sum() for p in model.parameters())))
    with no_grad():
        guesses = model(tensor(test_images)).argmax(dim=1).numpy()
    return losses, norms, float((guesses == test_labels).mean())


# %% given: runs

# %%
runs = {
    "SGD": train(lambda params: SGD(params, lr=0.2)),
    "momentum": train(lambda params: SGD(params, lr=0.05, momentum=0.9, nesterov=True)),
    "Adam": train(lambda params: Adam(params, lr=0.003)),
    "AdamW, OneCycleLR": train(
        lambda params: AdamW(params, weight_decay=0.1),
        lambda optimizer, steps: OneCycleLR(optimizer, 0.02, total_steps=steps),
    ),
}
for name, (_, _, share) in runs.items():
    assert share >= 0.93, f"{name} read {share:.1%} of the test digits"
draw_runs(runs)
ends = {name: np.mean(losses[-100:]) for name, (losses, _, _) in runs.items()}
assert sorted(ends, key=ends.get)[:: len(ends) - 1] == ["AdamW, OneCycleLR", "SGD"]

# %% [markdown]
# Left, the loss; right, the length of the gradient, both smoothed over 20 steps. Beside each name
# is the share of 360 digits, never seen before, that the network reads. All four get there; plain
# descent comes last. With the schedule, the first steps are small and slow, the middle ones large,
# and the last ones so small that loss and gradient settle lowest.
#
# ## 10. For those who want more
#
# **Stretch 1 · hard · 30 minutes.** Adam treats a matrix as a bag of numbers. *Muon* (2024) sees
# the matrix: the gradient of a linear layer is dominated by a few directions, its largest
# **singular values**, and Muon steps equally far in all of them. It replaces the direction of
# momentum, $U \Sigma V^\top$ in its singular value decomposition, by $U V^\top$. The decomposition
# is slow; fill in `orthogonalized` with matrix products alone. Hint: what does $1.5\, x - 0.5\,
# x^3$, applied again and again, make of a number between 0 and 1?


# %% nbgrader={"grade_id": "orthogonalized", "solution": true}
def orthogonalized(g: np.ndarray) -> np.ndarray:
    """The matrix with the singular vectors of `g` whose singular values are all 1: U @ V.T.

    Shapes: (m, n) -> (m, n), any m and n. Right to 0.001 for a `g` of full rank whose largest
    singular value is at most 100 times its smallest. `g`, of whatever scale, stays as it is.
    Source: Bernstein and Newhouse (2024), appendix A, arXiv:2409.20325.
    """
    # About four lines.
    ### BEGIN SOLUTION
    x = g / np.linalg.norm(g)  # no singular value is above 1 now
    for _ in range(30):
        x = 1.5 * x - 0.5 * (x @ x.T) @ x  # (m, n) @ (n, m) @ (m, n)
    return x
    ### END SOLUTION


# %% nbgrader={"grade_id": "orthogonalized-test", "grade": true, "points": 0}
# A stretched rotation, then wide, tall and tiny matrices, against the decomposition itself.
turn, stretch = np.array([[0.6, -0.8], [0.8, 0.6]]), np.array([[2.0, 0.0], [0.0, 0.5]])
close(orthogonalized(turn @ stretch), turn, "a rotation that was stretched", atol=1e-3)
for shape, scale in (((3, 5), 1.0), ((6, 4), 100.0), ((4, 4), 1e-6)):
    left, _, right = np.linalg.svd(np.random.default_rng(0).normal(size=shape), full_matrices=False)
    g = scale * left * np.geomspace(1, 0.01, len(right)) @ right
    before = g.copy()
    close(orthogonalized(g), left @ right, f"a {shape} matrix of scale {scale}", atol=2e-3)
    close(g, before, f"g afterwards, {shape}")

# %% [markdown]
# ## Reflection
#
# You train with Adam, stop, and go on the next day with the saved weights and a *new* Adam. What
# would you see in the loss curve of the first hundred steps, and why? What must be saved with the
# weights so that it does not happen, and which methods of this module save it?

# %% [markdown]
# *Your answer here.*
