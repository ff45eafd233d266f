# %% [markdown]
# # 06 · Optimizers
#
# A gradient says in which direction the loss grows fastest, and nothing about how far to go. Who
# decides that is the *optimizer*. So far it was three lines in a loop. At the end of this module
# you own PyTorch's: `SGD` with momentum, `Adam` and `AdamW`, with settings (**hyperparameters**)
# for groups of parameters, and the schedules that change the learning rate on the way. The same
# script gives the same numbers in both frameworks, step by step.
#
# The arithmetic is done by short functions on NumPy arrays, which you write. They change the
# parameters **in place**: the model holds these arrays, and a new array, however right, would leave
# the model as it was. First the imports.

# %% given: imports

# %% given: notebook-imports

# %% given: mistakes

# %% [markdown]
# ## 1. A step downhill
#
# **Gradient descent** takes a step against the gradient $g$; the **learning rate** $\eta$ sets how
# long the step is. With the gradient of a single batch, it is *stochastic* gradient descent, or
# **SGD**:
#
# $$p \leftarrow p - \eta\, g$$
#
# **Exercise 1 · easy · 5 minutes.** Fill in `sgd_update`.

# %% nbgrader={"grade_id": "sgd-update", "solution": true}
#| export
def sgd_update(p: np.ndarray, g: np.ndarray, lr: float) -> None:
    """One step of gradient descent: `p` moves against `g`, in its own memory.

    Shapes: p and g alike, any; both float32 or both float64. `g` stays as it is.
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

# %% nbgrader={"grade_id": "sgd-update-hidden", "grade": true, "points": 2}
# Also graded: g is left alone, several steps, part of a larger array, float32, lr = 0.
### BEGIN HIDDEN TESTS
large, g = np.ones((4, 3)), np.arange(6.0).reshape(2, 3)
for _ in range(3):
    sgd_update(large[1:3], g, 0.5)
close(g, np.arange(6.0).reshape(2, 3), "g after three steps")
expected = [[1, 1, 1], [1, -0.5, -2], [-3.5, -5, -6.5], [1, 1, 1]]
close(large, expected, "an array whose middle rows made three steps")
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
# A heavy ball does better: it adds up what pushes it. Across, the pushes cancel; along, they add.
# With momentum $\mu$ and dampening $\tau$, the share of each new push that is left out, the buffer
# $b$ and the direction $d$ of the step are
#
# $$b_1 = g_1 \qquad b_t = \mu\, b_{t-1} + (1 - \tau)\, g_t \qquad d_t = b_t$$
#
# For a constant gradient and $\tau = 0$ the sum approaches $g / (1 - \mu)$, ten times $g$ for
# $\mu = 0.9$. *Nesterov's* kind looks one push ahead: $d_t = g_t + \mu\, b_t$.
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

    buffer: the running sum of gradients, shaped like `g`; overwritten in place. The `first` time it
    holds nothing yet and becomes `g` itself, not dampened; later momentum * buffer +
    (1 - dampening) * g. The direction is the new buffer or, if `nesterov`, g + momentum * buffer.
    `g` stays as it is.
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

# %% nbgrader={"grade_id": "momentum-update-hidden", "grade": true, "points": 3}
# Also graded: dampening, nesterov, a buffer that holds nothing yet, g left alone, float32.
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
# busy one large ones. Adam keeps two running means (**exponential moving averages**) for each
# weight, of the gradient and of its square, and divides one by the root of the other. Whatever the
# size of its gradients, a weight moves by about $\eta$ a step:
#
# $$m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t \qquad
# v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2$$
#
# $$\hat m = \frac{m_t}{1 - \beta_1^t} \qquad \hat v = \frac{v_t}{1 - \beta_2^t} \qquad
# p \leftarrow p - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}$$
#
# Why the hats? They are Adam's **bias correction**: both means begin at 0, and for a while they are
# too small: after one step, $m_1 = 0.1\, g$ and $v_1 = 0.001\, g^2$. The quotient would be $0.1 /
# \sqrt{0.001} \approx 3.2$ times too long. Divided by $1 - \beta^t$, the weights of the gradients
# in each mean add up to 1. And $\epsilon$ keeps a weight whose gradients were all 0 from dividing 0
# by 0.
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

    m, v: the running means of gradients and of their squares, zeros before the first step.
    step: the number of this step, 1 for the first.
    Shapes: p, g, m and v alike, any; all of one dtype, which they keep.
    Source: Kingma and Ba (2015), algorithm 1, arXiv:1412.6980.
    """
    # Four to six lines: both means move on; both are corrected; p moves.
    ### BEGIN SOLUTION
    # m += (1 - betas[0]) * (g - m), and so on, in one scratch array: a quarter faster.
    scratch = np.empty_like(p)
    np.subtract(g, m, out=scratch)
    scratch *= 1 - betas[0]
    m += scratch
    np.multiply(g, g, out=scratch)
    scratch -= v
    scratch *= 1 - betas[1]
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

# %% nbgrader={"grade_id": "adam-update-hidden", "grade": true, "points": 4}
# Also graded: later steps, other betas, a large eps, gradients of zero, g left alone, float32.
### BEGIN HIDDEN TESTS
for betas, eps in (((0.9, 0.999), 1e-8), ((0.5, 0.8), 1e-8), ((0.8, 0.9), 0.5)):
    p, m, v = np.ones((2, 2)), np.zeros((2, 2)), np.zeros((2, 2))
    expected, first, second = np.ones((2, 2)), 0.0, 0.0
    for step in range(1, 5):
        given = np.array([[1.0, -2.0], [0.0, 0.01]]) * (-1.5) ** step
        first = betas[0] * first + (1 - betas[0]) * given
        second = betas[1] * second + (1 - betas[1]) * given**2
        hats = first / (1 - betas[0] ** step), second / (1 - betas[1] ** step)
        wrong = {
            "eps belongs outside the root": expected - 0.1 * hats[0] / np.sqrt(hats[1] + eps),
            "eps is added after the correction": expected
            - 0.1 * hats[0] / ((second**0.5 + eps) / (1 - betas[1] ** step) ** 0.5),
        }
        expected = expected - 0.1 * hats[0] / (np.sqrt(hats[1]) + eps)
        g = given.copy()
        adam_update(p, g, m, v, step, 0.1, betas, eps)
        what = f"p after step {step}, {betas=}, {eps=}"
        what = what if eps < 0.1 else f"p with a large eps, step {step}"
        close(p, expected, what, suspects=wrong, rtol=1e-9, atol=1e-12)
        close(m, first, f"m after step {step}", rtol=1e-9)
        close(v, second, f"v after step {step}", rtol=1e-9)
        close(g, given, f"g after step {step}")
single = [np.float32([1, 1]), np.float32([2, 0]), np.zeros(2, np.float32), np.zeros(2, np.float32)]
adam_update(*single, 1, 0.5)
close(single[0], [0.5, 1], "p in float32, with one gradient of zero", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# The three on a valley that is 25 times steeper across than along (a **condition number** of 25),
# $f(x, y) = (x^2 + 25 y^2) / 2$, from the same place, 40 steps each. Plain descent reaches the
# floor at once and creeps along it. Its rate cannot grow much: from $2 / 25 = 0.08$ on, each step
# across is longer than the one before. Momentum swings from wall to wall, and arrives. Adam does
# not see how steep it is: it sets out diagonally, equally fast in both directions, goes past the
# middle and turns back.

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

# %% [markdown]
# ## 4. Weight decay, twice
#
# Small weights generalise better, so a pull towards zero is added. There are two ways. *Coupled*,
# or **L2 regularization**: add $\frac{\lambda}{2} \sum p^2$ to the loss, whose gradient is $\lambda
# p$. *Decoupled*: let each weight lose the share $\eta\lambda$ of itself, apart from the gradient.
# For plain SGD both are the same. For Adam they are not: in the gradient, the pull is divided by
# $\sqrt{\hat v}$ with everything else, so weights with large gradients hardly decay. AdamW (W for
# weight decay) mends that.
#
# **Exercise 4 · easy · 15 minutes.** Fill in `decayed`.


# %% nbgrader={"grade_id": "decay", "solution": true}
#| export
def decayed(
    p: np.ndarray, g: np.ndarray, lr: float, weight_decay: float, decoupled: bool
) -> np.ndarray:
    """The gradient to go on with after weight decay, which pulls every weight towards zero.

    Coupled (SGD, Adam): the gradient of g's loss plus weight_decay / 2 * sum(p**2); `p` stays.
    Decoupled (AdamW): `p` loses the share lr * weight_decay of itself, in place; `g` is returned.
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

# %% nbgrader={"grade_id": "decay-hidden", "grade": true, "points": 3}
# Also graded: g left alone, several calls, a decay of 0, float32, two dimensions.
### BEGIN HIDDEN TESTS
for decoupled in (False, True):
    p, g = np.array([[3.0, -1.0, 0.0]]), np.array([[0.0, 2.0, -5.0]])
    for _ in range(2):
        out = decayed(p, g, 0.25, 0.8, decoupled)
    close(g, [[0, 2, -5]], f"g after the call, {decoupled=}")
    expected = [[0, 2, -5]] if decoupled else [[2.4, 1.2, -5]]
    close(out, expected, f"the gradient after two calls, {decoupled=}")
    expected = [[1.92, -0.64, 0]] if decoupled else [[3, -1, 0]]
    close(p, expected, f"p after two calls, {decoupled=}")
    p, g = np.float32([1, 2]), np.float32([3, 4])
    close(decayed(p, g, 0.5, 0.0, decoupled), [3, 4], f"a decay of 0, {decoupled=}")
    close(decayed(p, g, 0.5, 0.5, decoupled), [3, 4] if decoupled else [3.5, 5],
          f"the gradient in float32, {decoupled=}", dtype="float32")  # fmt: skip
    close(p, [0.75, 1.5] if decoupled else [1, 2], f"p in float32, {decoupled=}", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Parameter groups
#
# Biases need no decay; a fine-tuned layer wants a smaller rate. So an optimizer keeps its
# parameters in *groups*, dicts with "params" and settings. What a group does not say comes from the
# defaults: `Adam([{"params": weights}, {"params": biases, "weight_decay": 0}], lr=0.01)`.
#
# Two mistakes are worth a message, because training would go on and be wrong. A parameter in two
# groups would be updated twice. And the optimizer must hold the model's *very own* tensors: with
# copies, the copies learn.
#
# **Exercise 5 · medium · 20 minutes.** Fill in `make_group`.


# %% nbgrader={"grade_id": "param-groups", "solution": true}
#| export
def make_group(group: dict, defaults: dict, taken: list) -> dict:
    """A complete parameter group: `group` with "params" as a list and the defaults filled in.

    group: "params", one tensor or anything that yields tensors, and what differs from `defaults`.
    The result holds the very same tensors, not copies.
    taken: the tensors that other groups hold already. It and `group` stay as they are.
    Raises: ValueError mentioning "empty" if there are no parameters, "leaf" for a tensor that was
    computed (`is_leaf`), "more than one" if one is in `taken` or comes twice; TypeError naming the
    type of a parameter that is no tensor.
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
# Two tensors with a rate of their own; another of equal numbers; a default; two mistakes.
a, b, c = (Tensor(np.full(2, value), requires_grad=True) for value in (1.0, 2.0, 1.0))
group = make_group({"params": [a, b], "lr": 0.01}, {"lr": 0.1, "momentum": 0.9}, [c])
settings = {name: value for name, value in group.items() if name != "params"}
wrong = {"the default won": {"lr": 0.1, "momentum": 0.9}, "defaults are missing": {"lr": 0.01}}
equal(settings, {"lr": 0.01, "momentum": 0.9}, "what else the group holds", suspects=wrong)
same = len(group["params"]) == 2 and group["params"][0] is a and group["params"][1] is b
true(same, "group['params']", expected="the very same tensors in a list", hint="no copies")
with raises(ValueError, "empty", "the error for no parameters"):
    make_group({"params": []}, {"lr": 0.1}, [])
with raises(ValueError, "more than one", "the error for a parameter of another group"):
    make_group({"params": [a, c]}, {"lr": 0.1}, [b, c])

# %% nbgrader={"grade_id": "param-groups-hidden", "grade": true, "points": 3}
# Also graded: one tensor, a generator, equal numbers, twice in a group, computed tensors, what is
# no tensor, other settings, what came in left alone.
### BEGIN HIDDEN TESTS
a, b, c = (Tensor(np.ones(2), requires_grad=True) for _ in range(3))
given, defaults, params = {"params": [a, b], "note": "x"}, {"lr": 0.1}, []
group = make_group(given, defaults, params)
equal((group["lr"], group["note"]), (0.1, "x"), "the settings of a group with a note")
equal((sorted(given), sorted(defaults)), (["note", "params"], ["lr"]), "what came in, afterwards")
equal((len(given["params"]), len(params)), (2, 0), "the lists that came in, afterwards")
group = make_group({"params": (p for p in (a, b, c))}, defaults, [])
kept = group["params"]
equal(len(kept), 3, "the number of parameters from a generator")
true(type(kept) is list, "the parameters from a generator", expected="a list")
one = make_group({"params": a}, defaults, [])["params"]
true(type(one) is list and len(one) == 1 and one[0] is a, "one tensor", expected="a list of it")
kept = make_group({"params": [a]}, defaults, [b, c])["params"]
true(kept[0] is a, "two tensors of equal numbers", expected="accepted, and kept")
with raises(ValueError, "more than one", "the error for a parameter twice in one group"):
    make_group({"params": [a, b, a]}, defaults, [])
with raises(ValueError, "leaf", "the error for a computed tensor"):
    make_group({"params": [a, b * 2]}, defaults, [])
with raises(TypeError, "int", "the error for a number"):
    make_group({"params": [a, 7]}, defaults, [])
with raises(ValueError, "empty", "the error for an empty generator"):
    make_group({"params": iter(())}, defaults, [])
### END HIDDEN TESTS

# %% [markdown]
# ## 6. The optimizers
#
# Given: the class around your functions. `step` goes through the groups and passes over parameters
# without a gradient. `state` holds what a parameter needs from step to step. A large parameter is
# updated in blocks of 32,768 numbers, so that what one of your lines leaves in the cache is still
# there for the next; that is faster than one line at a time through the whole memory.
#
# `state_dict` says all of it in numbers and arrays, with the parameters numbered in the order of
# the groups, as PyTorch does. Without the state, a run that goes on tomorrow is another run.

# %% given: optimizers

# %% [markdown]
# Two groups, one model: in the second group nothing decays, and the rate is ten times smaller.

# %%
weight, bias = tensor([1.0, 2.0], requires_grad=True), tensor([1.0], requires_grad=True)
optimizer = AdamW([{"params": [weight]}, {"params": [bias], "lr": 0.01, "weight_decay": 0}], lr=0.1)
((weight * weight).sum() + bias.sum()).backward()
optimizer.step()
print(weight.tolist(), bias.tolist())
print(optimizer.state_dict()["param_groups"])

# %% [markdown]
# ## 7. Schedules
#
# Large steps get far, small ones get close. A *schedule* lowers the learning rate on the way. The
# most used one, **cosine annealing**, follows half a wave of the cosine, slow at both ends, from
# $\eta_0$ to $\eta_{\min}$ in $T$ steps:
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
# The beginning, the middle and the end.
close(cosine_lr(0, 0.4, 10), 0.4, "the rate at the beginning", suspects=MISTAKES["cosine"])
close(cosine_lr(5, 0.4, 10), 0.2, "the rate in the middle", suspects={"a whole wave": 0.0})
close(cosine_lr(10, 0.4, 10), 0, "the rate at t_max")

# %% nbgrader={"grade_id": "cosine-hidden", "grade": true, "points": 3}
# Also graded: a minimum, places in between, beyond t_max, a rate that rises.
### BEGIN HIDDEN TESTS
wrong = {"eta_min was ignored": 0.5, "the wave goes from eta_min + base_lr": 0.7}
close(cosine_lr(5, 1.0, 10, 0.2), 0.6, "the middle between 1 and 0.2", suspects=wrong)
close(cosine_lr(10, 1.0, 10, 0.2), 0.2, "the end, with eta_min = 0.2")
third = cosine_lr(1, 1.0, 3, 0.1)
close(third, 0.775, "a third of the way from 1 to 0.1", suspects={"a straight line": 0.7})
close(cosine_lr(4, 1.0, 3, 0.1), 0.325, "a step beyond t_max", hint="the cosine goes up again")
close(cosine_lr(6, 1.0, 3, 0.1), 1, "twice t_max")
close(cosine_lr(1, 0.1, 2, 0.3), 0.2, "a rate that rises to eta_min")
### END HIDDEN TESTS

# %% [markdown]
# At the start, Adam's means know a few batches only, and large steps do harm. So many runs *warm
# up*: the rate rises in a straight line for some steps, and only then the cosine begins. Two
# schedules, one after the other; each counts its own steps.
#
# **Exercise 7 · easy · 10 minutes.** Fill in `sequence_place`.


# %% nbgrader={"grade_id": "sequence", "solution": true}
#| export
def sequence_place(t: int, milestones: list) -> tuple:
    """(which schedule is on after `t` steps, how many steps it has made itself).

    milestones: when the schedules 1, 2, ... take over, ascending; schedule 0 begins at 0. At its
    milestone a schedule takes over and has made 0 steps.
    """
    # Two lines: count the milestones that are reached; subtract the last one of them.
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

# %% nbgrader={"grade_id": "sequence-hidden", "grade": true, "points": 3}
# Also graded: several milestones, none, every step of a long run.
### BEGIN HIDDEN TESTS
equal(sequence_place(12, []), (0, 12), "the place without milestones")
milestones, expected = [3, 4, 9], []
for i, length in enumerate((3, 1, 5, 6)):
    expected += [(i, t) for t in range(length)]
places = [sequence_place(t, milestones) for t in range(15)]
equal(places, expected, "the places of 15 steps with milestones 3, 4 and 9")
equal(milestones, [3, 4, 9], "the milestones afterwards")
### END HIDDEN TESTS

# %% [markdown]
# Given: the schedules. Each computes its rates from the number of steps made, and `step` writes
# them where the optimizer reads them, `group["lr"]`. Call it after `optimizer.step()`, once a batch
# or once an epoch, as the schedule was meant.

# %% given: schedules

# %% [markdown]
# What they look like over 100 steps. `OneCycleLR` (dashed) rises to its maximum, then falls to
# nearly zero; the sequence warms up for 20 steps and follows a cosine; `StepLR` halves every 25.

# %% given: rates

# %% [markdown]
# ## 8. What an optimizer remembers
#
# Before a model is trained, someone has to say whether it fits into the memory. Beside each
# parameter stands its gradient, and whatever the optimizer keeps for it. Counters of steps do not
# count, nor what is needed for a moment only.
#
# **Exercise 8 · easy · 15 minutes.** Fill in `training_bytes`. First guess: a language model of 7
# billion parameters, trained with Adam in float32. How many GB, before a single activation?


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
    # Five lines or so: how many arrays of the parameters' size the optimizer keeps; the bytes.
    ### BEGIN SOLUTION
    kept = {"SGD": int(momentum != 0), "Adam": 2, "AdamW": 2}
    if optimizer not in kept:
        raise ValueError(f"{optimizer!r} is no optimizer of this module: SGD, Adam or AdamW")
    each = parameters * itemsize
    return kept[optimizer] * each, (2 + kept[optimizer]) * each
    ### END SOLUTION


# %% nbgrader={"grade_id": "state-bytes-test", "grade": true, "points": 2}
# A thousand parameters in float32.
wrong = {"only one mean was counted": (4000, 12000), "the gradients are missing": (8000, 12000)}
equal(training_bytes(1000, "Adam"), (8000, 16000), "what Adam needs", suspects=wrong)
wrong = {"a buffer was counted that is not there": (4000, 12000)}
equal(training_bytes(1000, "SGD"), (0, 8000), "what SGD without momentum needs", suspects=wrong)

# %% nbgrader={"grade_id": "state-bytes-hidden", "grade": true, "points": 3}
# Also graded: momentum, AdamW, float64, the model of 7 billion, other optimizers.
### BEGIN HIDDEN TESTS
equal(training_bytes(1000, "SGD", 0.9), (4000, 12000), "the bytes of SGD with momentum")
equal(training_bytes(1000, "SGD", 0.5), (4000, 12000), "the bytes of SGD with momentum 0.5")
equal(training_bytes(10, "AdamW", itemsize=8), (160, 320), "the bytes of AdamW in float64")
equal(training_bytes(10, "Adam", 0.9), (80, 160), "the bytes of Adam: momentum is SGD's")
billions = 7 * 10**9
equal(training_bytes(billions, "AdamW"), (56 * 10**9, 112 * 10**9), "the bytes of 7 billion")
with raises(ValueError, "Lion", "the error for another optimizer"):
    training_bytes(10, "Lion")
### END HIDDEN TESTS

# %% [markdown]
# $7 \cdot 10^9$ numbers of 4 bytes, four times over: 112 GB. Now measure what the optimizers of
# this module really keep after a step on a perceptron of 784-256-128-10. The black lines are your
# prediction, the bars what was found. They agree to the byte.

# %% given: remembered

# %% [markdown]
# ## 9. Put to use: the digits, by each of them
#
# The loop you will meet in every script written with PyTorch, line for line: `zero_grad`, forward,
# loss, `backward`, `step`, and the schedule. The same network with the same first weights and the
# same batches, eight epochs, for each optimizer; the last one with AdamW and `OneCycleLR`.

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

# %% [markdown]
# Left the loss, right the length of the gradient, smoothed over 20 steps; beside the names, the
# share of 360 digits the network never saw that it reads. All four get there; plain descent comes
# last. With the schedule the first steps are small and slow, the middle ones large, and the last
# ones so small that loss and gradient settle lowest.
#
# ## Reflection
#
# You train with Adam, stop, and go on the next day with the saved weights and a *new* Adam. What
# would you see in the loss curve of the first hundred steps, and why? What must be saved with the
# weights so that it does not happen, and with which of this module's classes?

# %% [markdown]
# *Your answer here.*
