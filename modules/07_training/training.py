# %% [markdown]
# # 07 · Training
#
# Six modules meet here: layers, gradients, losses, batches and optimizers become a program that
# learns. The loop itself has five lines, and almost every one of them can be wrong without
# crashing: the network only learns less, or the program reports something that is not true. Here
# you write the parts where such mistakes hide. At the end you own a `Trainer` with gradient
# clipping, gradient accumulation, evaluation, early stopping, and checkpoints from which a killed
# run continues as if nothing had happened; with it, a network learns MNIST.
#
# The tests below an exercise check every sentence of its docstring; a few more run when you hand
# in. `tito check 07` runs all you can see; `tito export 07` adds your code to your own `tinytorch`.

# %% given: imports

# %% given: notebook-imports

# %% given: tests

# %% [markdown]
# ## 1. Not too far in one step
# A gradient says which way is downhill *here*. At a cliff in the loss it **explodes**: a thousand
# times longer than usual, it throws away hours of training in one step. So long gradients are
# shortened, or **clipped**. Their direction must not change, so the gradients of all parameters
# count as **one** long vector $g$ with one norm, and all are scaled by the same factor:
#
# $$\|g\| = \sqrt{\textstyle\sum_p \|g_p\|^2},\qquad g_p \leftarrow g_p \cdot
# \min\left(1, \frac{c}{\|g\| + 10^{-6}}\right)$$
#
# The optimizer reads `p.grad`, so that very tensor has to change. The given function `to_clip`
# lists the gradients there are: a parameter that the loss did not reach has none.
#
# **Exercise 1 · medium · 20 minutes.** Fill in `clip_grad_norm_`.

# %% given: gradients

# %% nbgrader={"grade_id": "clip-norm", "solution": true}
#| export
def clip_grad_norm_(
    parameters, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """Scale all gradients in place so that their joint norm is at most `max_norm`.

    parameters: one tensor or several (also a generator of them), of any shapes.
    norm_type: 2 for the length, `math.inf` for the largest absolute value, or the p of a p-norm.
    Returns: the norm before clipping, as a Tensor of shape (); 0 if there are no gradients.
    Raises: RuntimeError mentioning "non-finite" if `error_if_nonfinite` and the norm is NaN or
    infinite; the gradients are then left as they were.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
    """
    gradients, max_norm, norm_type = to_clip(parameters, max_norm, norm_type)
    if not gradients:
        return tensor(0.0)
    # About eight lines. `np.linalg.norm(array, norm_type)` is the norm of a flat array or a list.
    ### BEGIN SOLUTION
    norms = [np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients]
    total = np.linalg.norm(norms, norm_type)
    if error_if_nonfinite and not np.isfinite(total):
        raise RuntimeError(f"the norm of the gradients is non-finite: {total}")
    factor = max_norm / (total + 1e-6)
    if not factor >= 1:  # a NaN too: as in PyTorch, it spreads to all gradients
        for g in gradients:
            g *= float(factor)
    return tensor(total)
    ### END SOLUTION


# %% nbgrader={"grade_id": "clip-norm-test", "grade": true, "points": 2}
# Gradients (3, 0) and (4,) form one vector of length 5, clipped to 1 and left alone below 10.
a, b, c = Parameter([1.0, 1.0]), Parameter([1.0]), Parameter([1.0])
a.grad, b.grad = tensor([3.0, 0.0]), tensor([4.0])
norm = clip_grad_norm_([a, b, c], 1.0)
close(norm, 5.0, "the norm that is returned", suspects=MISTAKES["norm"])
equal(type(norm).__name__, "Tensor", "the type of the norm that is returned")
clipped = np.concatenate([a.grad.numpy(), b.grad.numpy()])
close(clipped, [0.6, 0.0, 0.8], "the gradient after clipping", suspects=MISTAKES["clipped"])
clip_grad_norm_([a, b], 10.0)
clipped = np.concatenate([a.grad.numpy(), b.grad.numpy()])
close(clipped, [0.6, 0.0, 0.8], "a short gradient after clipping", suspects=MISTAKES["short"])

# %% nbgrader={"grade_id": "clip-norm-test-2", "grade": true, "points": 1}
# Other norms, with the parameters in a generator: the largest absolute value, and their sum.
for norm_type, norm in ((math.inf, 0.4), (1.0, 0.9)):
    a, b = Parameter([1.0]), Parameter([[1.0, 1.0]])
    a.grad, b.grad = tensor([0.3]), tensor([[0.2, -0.4]])
    found = clip_grad_norm_((p for p in (a, b)), 0.09, norm_type)
    close(found, norm, f"the norm with norm_type={norm_type}", suspects=MISTAKES["norm types"])
    wanted, what = [[0.018 / norm, -0.036 / norm]], f"the gradient with norm_type={norm_type}"
    close(b.grad, wanted, what, suspects={"the gradient as it was": [[0.2, -0.4]]})

# %% nbgrader={"grade_id": "clip-norm-test-3", "grade": true, "points": 1}
# A norm that is NaN or infinite: an error if one is asked for, and nothing changed; else none.
for bad in (math.nan, math.inf):
    a, b = Parameter([1.0]), Parameter([1.0])
    a.grad, b.grad = tensor([bad]), tensor([3.0])
    with raises(RuntimeError, "[Nn]on-?finite", f"a norm of {bad} with error_if_nonfinite=True"):
        clip_grad_norm_([a, b], 1.0, error_if_nonfinite=True)
    close(b.grad, [3.0], f"the other gradient after the error for {bad}")
    with np.errstate(invalid="ignore"):
        close(clip_grad_norm_([a, b], 1.0), bad, f"the norm of {bad} without error_if_nonfinite")

# %% nbgrader={"grade_id": "clip-norm-hidden", "grade": true, "points": 2}
# Also graded: matrices, the 3-norm, a single tensor, float64, gradients of zeros.
### BEGIN HIDDEN TESTS
a, b, c = Parameter([1.0]), Parameter([[1.0, 1.0], [1.0, 1.0]]), Parameter([1.0])
a.grad, b.grad = tensor([0.3]), tensor([[0.1, -0.2], [0.2, 0.4]])
close(clip_grad_norm_((p for p in (a, b, c)), 10.0), 0.34**0.5, "the norm of a short gradient")
close(a.grad, [0.3], "a short gradient after clipping", suspects={"made longer": [5.145]})
close(clip_grad_norm_([a, b, c], 0.2, math.inf), 0.4, "the largest value, as norm_type=inf")
close(b.grad, [[0.05, -0.1], [0.1, 0.2]], "the gradient scaled by its largest value")
close(clip_grad_norm_([a, b], 9.0, norm_type=3.0), 0.0135 ** (1 / 3), "the norm with norm_type=3")
one, zero = Parameter(tensor(np.array([1.0, 1.0]))), Parameter([1.0])
one.grad, zero.grad = tensor(np.array([3.0, 4.0])), tensor([0.0])
close(clip_grad_norm_(one, 2.5), 5.0, "the norm for one tensor")
close(one.grad, [1.5, 2.0], "the clipped gradient of one tensor", dtype="float64")
clip_grad_norm_(zero, 0.0)
close(zero.grad, [0.0], "a gradient of zero, clipped to 0")
### END HIDDEN TESTS

# %% [markdown]
# (A coarser sister, `clip_grad_value_`, is given above: it limits each value by itself.)
#
# ## 2. A large batch in small pieces
# A batch of 512 may not fit into memory. Four batches of 128 do, one after the other: `backward`
# *adds* to the gradients, so we can let them add up before the optimizer takes its step. This is
# **gradient accumulation**. Its result must be that of the large batch, whose loss is the mean over
# 512 samples, while each small batch gives the mean over its own. The last batch of an epoch is
# usually shorter than the others, so every batch counts by its share of the samples:
#
# $$L = \sum_i \frac{n_i}{n_1 + \dots + n_k}\,L_i.$$
#
# **Exercise 2 · medium · 20 minutes.** Fill in `accumulate`. Two given functions help:
# `samples(batch)` is $n_i$, and `batch_loss(model, loss_fn, batch)` is $L_i$.

# %% given: batches


# %% nbgrader={"grade_id": "accumulate", "solution": true}
#| export
def accumulate(model, loss_fn, batches: list) -> float:
    """Add the gradients of the mean loss over all samples of `batches` to the parameters' `.grad`.

    One batch at a time: its graph is gone before the graph of the next one is built. Gradients that
    are there already stay and are added to.
    Returns: the mean loss over all samples, as a Python float.
    """
    count = sum(samples(batch) for batch in batches)
    # Five or six lines.
    ### BEGIN SOLUTION
    total = 0.0
    for batch in batches:
        share = batch_loss(model, loss_fn, batch) * (samples(batch) / count)
        share.backward()
        total += share.item()
    return total
    ### END SOLUTION


# %% nbgrader={"grade_id": "accumulate-test", "grade": true, "points": 3}
# A batch of three samples and one of one give the loss and the gradient of one batch of four.
w = Parameter([1.0, -1.0])
x, y = tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 9.0]]), tensor([0.0, 1.0, 0.0, 1.0])
loss = accumulate(Watched(lambda x: x @ w), mse_loss, [(x[:3], y[:3]), (x[3:], y[3:])])
close(loss, 3.75, "the mean loss", suspects=MISTAKES["loss"])
equal(type(loss).__name__, "float", "the type of the loss", hint=".item() gives a float")
close(w.grad, [-16.5, -21.5], "the accumulated gradient", suspects=MISTAKES["gradient"])

# %% nbgrader={"grade_id": "accumulate-test-2", "grade": true, "points": 2}
# Gradients from before are added to, and only one graph is in memory at a time.
line, batches = Line(), [(tensor([x]), tensor([0.0])) for x in (1.0, 2.0, 3.0, 6.0)]
line.w.grad, watched = tensor([100.0]), Watched(line)
accumulate(watched, mse_loss, batches)
found, wrong = [line.w.grad.item(), line.b.grad.item()], MISTAKES["added to"]
close(found, [125.0, 6.0], "gradients added to 100 and to none", suspects=wrong)
equal(watched.most, 1, "how many graphs are in memory at a time", suspects=MISTAKES["graphs"])

# %% nbgrader={"grade_id": "accumulate-hidden", "grade": true, "points": 2}
# Also graded: other sizes of batches, a batch alone.
### BEGIN HIDDEN TESTS
rng, start = np.random.default_rng(0), np.array([1.0, -1.0, 0.5])
x, y = tensor(rng.normal(size=(7, 3))), tensor(rng.normal(size=7))
error = x.numpy() @ start - y.numpy()
for sizes in ([7], [1, 6], [3, 3, 1], [2, 2, 2, 1], [1, 2, 4]):
    w, cuts = tensor(start).requires_grad_(), np.cumsum([0, *sizes])
    w.grad, watched = tensor(np.ones(3)), Watched(lambda x, w=w: x @ w)
    loss = accumulate(watched, mse_loss, [(x[i:j], y[i:j]) for i, j in pairwise(cuts.tolist())])
    close(loss, (error**2).mean(), f"the mean loss of batches of {sizes} samples", rtol=1e-9)
    wanted = 1 + 2 * error @ x.numpy() / 7
    close(w.grad, wanted, f"1 and the gradient from batches of {sizes} samples", rtol=1e-9)
### END HIDDEN TESTS

# %% [markdown]
# ## 3. One step of training
#
# The gradients of the last step must go, or the new ones are added to them. Clipping comes after
# `backward`, when there is something to clip, and before the step, which uses it. And a NaN must
# never reach the weights: once there, every later loss is NaN too, and what was learned is lost. A
# loss or a norm that is not finite stops the run *before* the step. Neither implies the other: the
# logarithm of -1 is NaN and its slope is -1, while the square root of 0 has an infinite slope.
#
# **Exercise 3 · medium · 20 minutes.** Fill in `training_step`.


# %% nbgrader={"grade_id": "training-step", "solution": true}
#| export
def training_step(model, optimizer, loss_fn, batches, max_grad_norm=None) -> tuple[float, float]:
    """One update of the weights from the mean loss over all samples of `batches`.

    max_grad_norm: clip the gradients of all `model.parameters()` to this joint norm; None: do not.
    Returns: (loss, norm), both floats; the norm is the one before clipping.
    Raises: FloatingPointError naming the value that is NaN or infinite, if the loss or the norm is;
    the weights and the optimizer's state are then as they were.
    """
    limit = math.inf if max_grad_norm is None else max_grad_norm
    # About seven lines.
    ### BEGIN SOLUTION
    optimizer.zero_grad()
    loss = accumulate(model, loss_fn, batches)
    norm = clip_grad_norm_(model.parameters(), limit).item()
    if not (math.isfinite(loss) and math.isfinite(norm)):
        raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")
    optimizer.step()
    return loss, norm
    ### END SOLUTION


# %% nbgrader={"grade_id": "training-step-test", "grade": true, "points": 2}
# Two steps by hand: the loss (w x + b - y)^2 at x = 2, y = 0, with a learning rate of 0.1.
line, point = Line(), (tensor([2.0]), tensor([0.0]))
sgd = SGD(line.parameters(), lr=0.1)
found = training_step(line, sgd, mse_loss, [point])
close(found, [4.0, 80**0.5], "the pair of loss and norm of the first step")
equal([type(value).__name__ for value in found], ["float"] * 2, "the types of loss and norm")
close(line.weights(), [0.2, -0.4], "(w, b) after one step", suspects=MISTAKES["one step"])
training_step(line, sgd, mse_loss, [point])
close(line.weights(), [0.2, -0.4], "(w, b) after two steps", suspects=MISTAKES["twice"], atol=1e-6)

# %% nbgrader={"grade_id": "training-step-test-2", "grade": true, "points": 1}
# A gradient clipped to 0.5 before the step, its norm from before that; two batches in one step.
line = Line()
sgd, point = SGD(line.parameters(), lr=1.0), (tensor([2.0]), tensor([0.0]))
_, norm = training_step(line, sgd, mse_loss, [point], max_grad_norm=0.5)
close(norm, 80**0.5, "the norm of a clipped step", suspects={"the norm after clipping": 0.5})
wanted, wrong = [1 - 0.5 * 2 / 5**0.5, -0.5 / 5**0.5], MISTAKES["clipped step"]
close(line.weights(), wanted, "(w, b) after a clipped step", suspects=wrong)
line = Line()
pieces = [point, (tensor([1.0, 3.0]), tensor([1.0, 2.0]))]
loss, _ = training_step(line, SGD(line.parameters(), lr=0.1), mse_loss, pieces)
close(loss, 5 / 3, "the loss of a step on two batches")
close(line.weights(), [1 - 1.4 / 3, -0.2], "(w, b) after one step on two batches")

# %% nbgrader={"grade_id": "training-step-test-3", "grade": true, "points": 2}
# A loss or a gradient that is NaN or infinite stops the run, and nothing has changed.
for case, loss_fn, x, names in (
    ("a loss of NaN", mse_loss, math.nan, "nan|NaN"),
    ("an infinite loss", mse_loss, math.inf, "inf|Inf"),
    ("a loss of NaN with a finite gradient", log_loss, -1.0, "nan|NaN"),
    ("a loss of 1 with a gradient of NaN", steep_loss, 1.0, "nan|NaN"),
):
    line = Line()
    adam = Adam(line.parameters(), lr=0.1)
    with np.errstate(all="ignore"), raises(FloatingPointError, names, f"a step with {case}"):
        training_step(line, adam, loss_fn, [(tensor([x]), tensor([0.0]))])
    close(line.weights(), [1.0, 0.0], f"(w, b) after {case}")
    equal(len(adam.state_dict()["state"]), 0, f"parameters with a state in Adam after {case}")

# %% nbgrader={"grade_id": "training-step-hidden", "grade": true, "points": 2}
# Also graded: a limit of 0, a part of the model frozen, NaN with clipping, the state after NaN.
### BEGIN HIDDEN TESTS
point, line = (tensor([2.0]), tensor([0.0])), Line()
sgd = SGD(line.parameters(), lr=1.0)
training_step(line, sgd, mse_loss, [point], max_grad_norm=0.0)
close(line.weights(), [1.0, 0.0], "(w, b) after a step with max_grad_norm=0")
line = Line()
sgd = SGD([line.w], lr=1.0, momentum=0.5)
_, norm = training_step(line, sgd, mse_loss, [point], max_grad_norm=0.5)
close(norm, 80**0.5, "the norm where the optimizer has w alone")
close(line.weights(), [1 - 1 / 5**0.5, 0.0], "(w, b) after a step of w alone, clipped with b")
kept = remembered(line, sgd)
for bad, names in ((math.nan, "nan|NaN"), (math.inf, "inf|Inf")):
    batches = [point, (tensor([bad]), tensor([0.0]))]
    with raises(FloatingPointError, names, f"a step on inputs of {bad}"):
        training_step(line, sgd, mse_loss, batches, max_grad_norm=1.0)
    close(remembered(line, sgd), kept, f"weights, rate and momentum after a batch of {bad}")
### END HIDDEN TESTS

# %% [markdown]
# What clipping is for. A recurrent network multiplies by the same weight at every step, so its
# output is like $w^{11}$, and its loss has a cliff. Both runs start there with the same learning
# rate. Left: where their weights go on the curve of the loss. Right: the loss, step by step.

# %% given: cliff

# %% [markdown]
# Without clipping, the first step is as long as the wall is steep: it throws the weight across the
# valley and far out onto the plain, where hardly a gradient is left to bring it back. Clipped, the
# weight walks down the wall in short steps and settles in the valley.
#
# ## 4. Looking without touching
#
# To evaluate is to look: no graph, no dropout, and afterwards everything is as it was. Each module
# has its own mode, and a part of the model may be in **evaluation mode** already. And if the loss
# function or the data raise an error in the middle, or you press the stop button, the modes must
# come back too, or the next epoch trains without dropout.
#
# `@contextmanager` turns a function into a `with` block: what comes before `yield` runs when the
# block begins, what comes after it when the block ends; an error in the block is raised at `yield`.
#
# **Exercise 4 · medium · 15 minutes.** Fill in `evaluating`.


# %% nbgrader={"grade_id": "evaluating", "solution": true}
#| export
@contextmanager
def evaluating(model):
    """Inside `with evaluating(model):` all its modules are in evaluation, and nothing is recorded.

    Afterwards, also after an error, each module has the mode it had before, whatever it was, and
    gradients are recorded or not as before. The error itself is not swallowed.
    """
    # Seven lines. `model.modules()` gives the model and all modules in it; `.training` is the mode.
    ### BEGIN SOLUTION
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with no_grad():
            yield model
    finally:
        for module, mode in modes:
            module.training = mode
    ### END SOLUTION


# %% nbgrader={"grade_id": "evaluating-test", "grade": true, "points": 2}
# A network with dropout in a nested part that is in evaluation already: its modes and recording.
frozen = Sequential(Linear(2, 2), Dropout(0.5))
model = Sequential(frozen, Dropout(0.5)).train()
frozen.eval()
with evaluating(model):
    inside, recorded = modes_of(model), model(tensor([[1.0, 2.0]])).requires_grad
equal(inside, [False] * 5, "the list of modes inside", hint="nested modules have modes")
equal(recorded, False, "whether the output requires gradients")
before = [True, False, False, False, True]
equal(modes_of(model), before, "the list of modes afterwards", suspects=MISTAKES["modes"])

# %% nbgrader={"grade_id": "evaluating-test-2", "grade": true, "points": 2}
# After an error inside, the modes and the recording of gradients are as before; in no_grad() too.
model = Sequential(Linear(2, 2), Sequential(Dropout(0.5), Dropout(0.5)))
model[1][0].eval()
before = modes_of(model)
with raises(LookupError, "in the middle", "an error inside the block"), evaluating(model):
    raise LookupError("in the middle")
equal(modes_of(model), before, "the list of modes after an error", suspects=MISTAKES["modes"])
equal(is_grad_enabled(), True, "whether gradients are recorded after an error")
with no_grad():
    with evaluating(model):
        pass
    equal(is_grad_enabled(), False, "whether gradients are recorded afterwards inside no_grad()")

# %% nbgrader={"grade_id": "evaluating-hidden", "grade": true, "points": 1}
# Also graded: the stop button.
### BEGIN HIDDEN TESTS
model = Sequential(Sequential(Linear(2, 2), Dropout(0.5)), Dropout(0.5))
model[0].eval()
try:
    with evaluating(model):
        raise KeyboardInterrupt
except KeyboardInterrupt:
    wanted = [True, False, False, False, True]
    equal(modes_of(model), wanted, "the modes after a KeyboardInterrupt")
### END HIDDEN TESTS

# %% [markdown]
# ## 5. What an epoch was like
#
# The loss of an epoch is the mean over its *samples*, and neither the loss of the last step nor the
# mean over batches: a last batch of 4 samples would count as much as one of 64.
#
# **Exercise 5 · easy · 10 minutes.** Fill in `weighted_mean`.


# %% nbgrader={"grade_id": "weighted-mean", "solution": true}
#| export
def weighted_mean(values: list, counts: list) -> float:
    """The mean of `values`, each of which counts as many times as `counts` says.

    Returns: a Python float; NaN if the counts add up to 0.
    Raises: ValueError if there are not as many values as counts.
    """
    # Three or four lines.
    ### BEGIN SOLUTION
    pairs = list(zip(values, counts, strict=True))
    count = sum(counts)
    return math.fsum(value * n for value, n in pairs) / count if count else math.nan
    ### END SOLUTION


# %% nbgrader={"grade_id": "weighted-mean-test", "grade": true, "points": 2}
# Two batches of 64 and one of 4; no batches; more values than counts, and fewer.
mean = weighted_mean([1.0, 2.0, 10.0], [64, 64, 4])
close(mean, 232 / 132, "the mean", suspects=MISTAKES["mean"])
equal(type(mean).__name__, "float", "the type of the mean", hint="float(number)")
close(weighted_mean([], []), math.nan, "the mean of nothing")
with raises(ValueError, "", "two values and three counts"):
    weighted_mean([1.0, 2.0], [1, 2, 3])
with raises(ValueError, "", "three values and two counts"):
    weighted_mean([1.0, 2.0, 3.0], [1, 2])

# %% nbgrader={"grade_id": "weighted-mean-hidden", "grade": true, "points": 1}
# Also graded: one value, counts of 0, a value of NaN, one count too many.
### BEGIN HIDDEN TESTS
close(weighted_mean([3.0], [5]), 3.0, "the mean of one value")
close(weighted_mean([1.0, 5.0], [3, 0]), 1.0, "the mean where one value has a count of 0")
close(weighted_mean([2.0], [0]), math.nan, "the mean of a value with a count of 0")
close(weighted_mean([1.0, math.nan], [1, 1]), math.nan, "the mean with a NaN")
with raises(ValueError, "", "no value and one count"):
    weighted_mean([], [1])
### END HIDDEN TESTS

# %% [markdown]
# Given: `History`, a row for each epoch, and `Callback`, which a trainer calls on its way.

# %% given: history

# %% [markdown]
# ## 6. When to stop
#
# At some point the training loss still falls, but the validation loss does not: the network learns
# its examples by heart, it **overfits**. **Early stopping** waits a while, since the curve is
# noisy, and then stops. The decision takes three numbers: the best value so far, by how much a
# value must be better to count, and how many epochs in a row were not better.
#
# **Exercise 6 · medium · 15 minutes.** Fill in `update`; `@patch` makes it a method of the given
# class `EarlyStopping`. In section 8 it stops a run.

# %% given: early-stopping


# %% nbgrader={"grade_id": "early-stopping", "solution": true}
#| export
@patch
def update(self: EarlyStopping, value: float) -> bool:
    """Take the value of one more epoch; True if there was none better for `patience` in a row.

    Better than the best value means smaller with mode "min" and larger with mode "max", by *more*
    than `self.min_delta`. The first value that is not NaN is always better; a NaN never is.
    `self.best` is the value of the last epoch that was better, None before the first, and
    `self.waited` the number of epochs since.
    """
    # Seven lines.
    ### BEGIN SOLUTION
    gain = -math.inf if math.isnan(value) else math.inf
    if self.best is not None and not math.isnan(value):
        gain = self.best - value if self.mode == "min" else value - self.best
    if gain > self.min_delta:
        self.best, self.waited = value, 0
    else:
        self.waited += 1
    return self.waited >= self.patience
    ### END SOLUTION


# %% nbgrader={"grade_id": "early-stopping-test", "grade": true, "points": 2}
# The loss falls to 3, then rises a little and falls a little, but never below 3.
stopping = EarlyStopping(patience=3)
found = [stopping.update(value) for value in (5.0, 4.0, 3.0, 3.5, 3.2, 3.1, 3.05)]
equal(found, [False] * 5 + [True] * 2, "the list of decisions", suspects=MISTAKES["decisions"])
equal([stopping.best, stopping.waited], [3.0, 4], "the pair of best and waited")
found = decided([4.0, 5.0, 3.0, 3.5, 3.4], patience=2)
equal(found, ([False] * 4 + [True], 3.0), "decisions and best, with a better value in between")

# %% nbgrader={"grade_id": "early-stopping-test-2", "grade": true, "points": 1}
# mode="max", min_delta in both modes, the same value again, NaN at first and later.
for what, values, settings, stops, best in (
    ("an accuracy", [0.5, 0.6, 0.55, 0.7, 0.65, 0.6], {"patience": 2, "mode": "max"}, 6, 0.7),
    ("gains below min_delta", [4.0, 3.8, 3.6], {"patience": 2, "min_delta": 0.5}, 3, 4.0),
    ("a sum of small gains", [4.0, 3.8, 3.7, 3.4], {"patience": 3, "min_delta": 0.5}, None, 3.4),
    ("small gains of an accuracy", [4.0, 4.2, 4.4], RISE, 3, 4.0),
    ("the same value again", [2.0, 2.0], {"patience": 1}, 2, 2.0),
    ("a NaN, then numbers", [math.nan, 2.0, 1.0, 1.5], {"patience": 2}, None, 1.0),
    ("a number, then NaN", [2.0, math.nan, math.nan], {"patience": 2}, 3, 2.0),
):
    found, last = decided(values, **settings)
    wanted = [stops == epoch for epoch in range(1, len(values) + 1)]
    equal(found, wanted, f"the list of decisions on {what}")
    equal(last, best, f"the best value of {what}")

# %% nbgrader={"grade_id": "early-stopping-hidden", "grade": true, "points": 2}
# Also graded: a best value of 0, negative values, a gain of exactly min_delta, NaN twice.
### BEGIN HIDDEN TESTS
for values, settings, decisions, best in (
    ([0.0, 1.0], {"patience": 1}, [False, True], 0.0),
    ([-1.0, -2.0, 0.0], {"patience": 1}, [False, False, True], -2.0),
    ([0.0, -1.0, 0.5, 0.2], {"patience": 2, "mode": "max"}, [False] * 4, 0.5),
    ([1.0, 0.75, 0.5], {"patience": 2, "min_delta": 0.25}, [False] * 3, 0.5),
    ([math.nan, math.nan, 2.0], {"patience": 2}, [False, True, False], 2.0),
):
    found = decided(values, **settings)
    equal(found, (decisions, best), f"decisions and best for {values} with {settings}")
### END HIDDEN TESTS

# %% [markdown]
# ## 7. Checkpoints
#
# A run of hours must survive a power cut, so its state is saved on the way. The worst moment for
# the cut is while the file is being written: the old file is gone, and the new one is half there.
# An **atomic write** leaves, at every moment, either the whole old file or the whole new one: write
# all of it to another file beside the old one, and give it the right name only when the disk has it
# all. A rename within a folder happens completely or not at all.
#
# Python's tools, in alphabetical order: `file.flush()` hands what Python has buffered to the
# operating system; `os.fsync(file.fileno())` waits until the disk has what the system was handed;
# `os.replace(a, b)` renames `a` to `b`, even if there is a `b`; `path.unlink(missing_ok=True)`
# removes a file.
#
# **Exercise 7 · medium · 20 minutes.** Fill in `write_atomically`.


# %% nbgrader={"grade_id": "atomic-write", "solution": true}
#| export
def write_atomically(path, content: bytes) -> None:
    """Write `content` to the file at `path` so that no crash can leave a part of it there.

    It goes to `path` with ".tmp" appended first. Until all of it is on the disk, what is at `path`
    stays untouched. If an error comes on the way, whatever it is, the ".tmp" file is removed and
    the error is raised.
    """
    path = Path(path)
    temporary = path.with_name(path.name + ".tmp")
    # About eight lines.
    ### BEGIN SOLUTION
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    ### END SOLUTION


# %% nbgrader={"grade_id": "atomic-write-test", "grade": true, "points": 2}
# The old file is there, whole, until all of the new one is on the disk and takes its name.
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "run.npz"
    path.write_bytes(b"old")
    with watched_disk(path) as seen:
        write_atomically(path, b"newer")
    equal(files_in(folder), {"run.npz": b"newer"}, "the files in the folder afterwards")
    equal(list(seen), ["sync", "rename"], "what happens, in order")
    both, wrong = {"run.npz": b"old", "run.npz.tmp": b"newer"}, MISTAKES["sync"]
    for kind in ("sync", "rename"):
        equal(seen[kind], both, f"the files at the time of the {kind}", suspects=wrong)

# %% nbgrader={"grade_id": "atomic-write-test-2", "grade": true, "points": 2}
# An error on the way is raised, and leaves the old file and nothing else.
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "run.npz"
    path.write_bytes(b"old")
    for fail in ("sync", "rename"):
        with raises(OSError, "disk is full", f"an error in the {fail}"), watched_disk(path, fail):
            write_atomically(path, b"lost")
        what, wrong = f"the files after an error in the {fail}", MISTAKES["left"]
        equal(files_in(folder), {"run.npz": b"old"}, what, suspects=wrong)

# %% nbgrader={"grade_id": "atomic-write-hidden", "grade": true, "points": 1}
# Also graded: an error of another kind, a file that a crash has left behind.
### BEGIN HIDDEN TESTS
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "run.npz"
    path.write_bytes(b"old")
    failing = watched_disk(path, "sync", MemoryError)
    with raises(MemoryError, "disk is full", "an error that is no OSError"), failing:
        write_atomically(path, b"lost")
    equal(files_in(folder), {"run.npz": b"old"}, "the files after a MemoryError")
    path.with_name("run.npz.tmp").write_bytes(b"left behind by a crash, and longer")
    write_atomically(str(path), b"short")
    equal(files_in(folder), {"run.npz": b"short"}, "the files where a crash had left one behind")
### END HIDDEN TESTS

# %% [markdown]
# Given: what goes into the file. Weights and the optimizer's moments are arrays; the rest are
# numbers and names, which JSON holds. So a checkpoint is one `.npz`, a zip of arrays, with a JSON
# text that says where each array belongs. No *pickle*: reading a pickle runs whatever code its
# author put there, and people do open other people's checkpoints.

# %% given: checkpoints

# %% given: checkpoint-shown

# %% [markdown]
# ## 8. The trainer
#
# Given: `Trainer` joins your pieces. Three things in it are worth a look.
#
# - `fit(loader, epochs)` counts epochs from the start of the run, including those before a
#   checkpoint. So the script that resumes is the script that started, plus one line.
# - To resume in the middle of an epoch, the generators go back to where they were at its start, the
#   loader begins its order again, and the batches already used are skipped.
# - When your step finds a NaN, the batch runs once more under `detect_anomaly` of module 02, which
#   names the first operation that made it.

# %% given: trainer

# %%
# A root of a negative number: its slope is NaN too, but the run stops before the weight is.
line, batches = Line(), [(tensor([x]), tensor([0.0])) for x in (2.0, -1.0)]
trainer = Trainer(line, SGD(line.parameters(), lr=0.1), lambda output, _: output.sqrt().mean())
try:
    with np.errstate(invalid="ignore"):  # NumPy would warn as well
        trainer.fit(batches, epochs=1)
except FloatingPointError as stop:
    print(stop)
print(f"the weight is {line.w.item():.2f}")
assert math.isfinite(line.w.item()), "the NaN went into the weight"

# %% given: overfitting

# %%
# Your EarlyStopping ends a run: a hundred digits, and 200 epochs to learn them by heart.
draw_stopped(overfitted(EarlyStopping("val_loss", patience=10)))

# %% [markdown]
# The training loss falls towards 0; the validation loss falls, is lowest at the dashed line, and
# rises a little. Ten epochs later the run ends.
#
# `Checkpoint` (given too) is the callback that saves. Here a run of three epochs is broken off in
# the middle of the second one; a fresh model with other weights takes over from the file. The two
# lines of the figure are the same, to the bit.

# %% given: resuming

# %%
whole, one = in_one_go()
rest, two = broken_off_and_resumed()
assert all(np.array_equal(one[name].numpy(), two[name].numpy()) for name in one)
draw_resumed(whole, rest)

# %% [markdown]
# ## 9. Predict, then measure: the memory of a step
#
# "Does it fit?" is the question before every large run. A step holds, in float32: the weights;
# their gradients; what the optimizer keeps for each weight (its *slots*: none for plain SGD, one
# with momentum, two for Adam); and what the graph saves for `backward`. Memory use peaks twice:
#
# - at the end of the *forward* pass the graph is complete, and the gradients of the last step are
#   gone. A perceptron keeps the output of each linear layer twice: as it is, and what ReLU or,
#   after the last layer, the loss makes of it;
# - at the end of the *backward* pass the graph is gone, and all gradients are there.
#
# **Exercise 8 · medium · 15 minutes.** Fill in `step_memory`.


# %% nbgrader={"grade_id": "step-memory", "solution": true}
def step_memory(sizes: tuple, batch: int, slots: int) -> tuple[int, int]:
    """Bytes in use (at the end of the forward pass, at the end of the backward pass).

    sizes: of the input, of each hidden layer (if any), of the output; every layer has a bias and
    is in float32. batch: samples. slots: numbers that the optimizer keeps for each parameter.
    The input does not count.
    """
    # Four lines. `pairwise(sizes)` gives the (in, out) of each layer.
    ### BEGIN SOLUTION
    parameters = sum(n * m + m for n, m in pairwise(sizes))
    outputs = batch * sum(sizes[1:])
    forward = parameters * (1 + slots) + 2 * outputs
    return 4 * forward, 4 * parameters * (2 + slots)
    ### END SOLUTION


# %% nbgrader={"grade_id": "step-memory-test", "grade": true, "points": 3}
# 64 -> 100 -> 10 with 7,510 parameters, 32 samples and 3,520 outputs; then three layers.
wanted, what = (4 * (3 * 7510 + 2 * 3520), 4 * 4 * 7510), "the pair of bytes of a step with Adam"
equal(step_memory((64, 100, 10), 32, 2), wanted, what, suspects=MISTAKES["bytes"])
equal(step_memory((64, 100, 10), 32, 0), (4 * (7510 + 7040), 8 * 7510), "the pair with plain SGD")
wanted = (4 * (2 * 50 + 2 * 7 * 12), 12 * 50)
equal(step_memory((2, 3, 4, 5), 7, 1), wanted, "the pair for three layers with momentum")

# %% nbgrader={"grade_id": "step-memory-hidden", "grade": true, "points": 2}
# Also graded: other sizes, a single layer, a batch of one.
### BEGIN HIDDEN TESTS
equal(step_memory((2, 3, 4, 5), 7, 0), (4 * (50 + 2 * 7 * 12), 8 * 50), "the bytes of three layers")
equal(step_memory((5, 3), 1, 2), (4 * (3 * 18 + 6), 16 * 18), "the bytes of a single layer")
### END HIDDEN TESTS

# %% given: measuring

# %%
# Predicted and measured, for batches of several sizes.
draw_memory(step_memory, sizes=(784, 256, 128, 10), batches=(16, 64, 256, 1024))

# %% [markdown]
# The points are on the lines: the flat one is the weights four times over, the rising one grows
# with the batch. When memory is short, a smaller batch lowers only the peak at the end of the
# forward pass.
#
# ## 10. Put to use: MNIST
#
# A perceptron, Adam, a learning rate that falls along a cosine, clipping, a batch of 128 in two
# pieces of 64, and 10% of the training digits set aside to decide when to stop.

# %% given: put-to-use

# %%
manual_seed(0)
model = Sequential(
    Flatten(), Linear(784, 256), ReLU(), Dropout(0.2), Linear(256, 128), ReLU(), Linear(128, 10)
)
adam = Adam(model.parameters(), lr=0.002)
schedule, norms = CosineAnnealingLR(adam, T_max=12), LayerNorms()
callbacks = [EarlyStopping("val_loss", patience=4), norms]
settings = {"max_grad_norm": 5.0, "accumulation_steps": 2, "metrics": {"accuracy": accuracy}}
trainer = Trainer(model, adam, cross_entropy, schedule, callbacks=callbacks, **settings)
history = trainer.fit(learn, 12, val_loader=aside)
result = trainer.evaluate(test)
print(f"{result['accuracy']:.1%} of {len(test_labels)} digits of MNIST that it has never seen")
assert result["accuracy"] >= 0.94
history.plot()
plt.show()

# %% [markdown]
# Over the epochs, the training loss falls, and the loss on the digits set aside falls less. At
# first the training loss is the larger one: it is taken while the network is still learning, and
# with dropout. The accuracy rises; the learning rate follows its cosine; the gradient becomes
# shorter. Below, the gradient of each layer, step by step: none vanishes, none explodes.

# %% given: layer-norms

# %% [markdown]
# ## 11. Which learning rate?
#
# The **learning-rate range test** answers with one short run: raise the rate at every step and
# watch the loss fall, and then jump. It must leave no trace, but `state_dict()` copies nothing: its
# tensors live in the memory of the model.
#
# **Stretch 1 · hard · 30 minutes.** Fill in `lr_range_test`.


# %% nbgrader={"grade_id": "lr-range-test", "solution": true}
def lr_range_test(model, optimizer, loss_fn, batches: list, lowest=1e-4, highest=10.0) -> list:
    """Take one training step on each of `batches`, each with a higher learning rate.

    The rate is the same in all parameter groups, and grows from `lowest` for the first batch to
    `highest` for the last one by one factor. Where a loss or its gradient is not finite, the test
    ends without an error. Returns: the pairs (rate, loss) of the steps taken. Afterwards, also
    after an error, weights, buffers and the optimizer's state, rates included, are as they were.
    Source: Smith (2017), section 3.3, arXiv:1506.01186.
    """
    # About 12 lines.
    ### BEGIN SOLUTION
    kept, found = copy.deepcopy((model.state_dict(), optimizer.state_dict())), []
    try:
        for rate, batch in zip(np.geomspace(lowest, highest, len(batches)), batches, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = float(rate)
            found.append((float(rate), training_step(model, optimizer, loss_fn, [batch])[0]))
    except FloatingPointError:
        pass
    finally:
        model.load_state_dict(kept[0])
        optimizer.load_state_dict(kept[1])
    return found
    ### END SOLUTION


# %% nbgrader={"grade_id": "lr-range-test-test", "grade": true, "points": 0}
# Rates and losses worked out by hand, the end at a NaN, and everything as it was, after errors too.
line, point, bad = Line(), (tensor([1.0]), tensor([0.0])), (tensor([math.nan]), tensor([0.0]))
groups, wanted = [{"params": [line.w]}, {"params": [line.b], "lr": 0.7}], [0.01, 1, 0.1, 0.9216]
found = lr_range_test(line, SGD(groups, lr=0.3), mse_loss, [point, point, bad, point], 0.01, 10.0)
close(np.ravel(found), wanted, "rates and losses, where the third batch is NaN")
sgd = SGD(groups, lr=0.3, momentum=0.5)
training_step(line, sgd, mse_loss, [point])
before = remembered(line, sgd)
lr_range_test(line, sgd, mse_loss, [point] * 3)
close(remembered(line, sgd), before, "weights, rates and momenta afterwards")
with raises(KeyError, "", "an error in the loss function"):
    lr_range_test(line, sgd, lambda output, target: {}["gone"], [point] * 3)
close(remembered(line, sgd), before, "weights, rates and momenta after an error")

# %% given: range-test-figure

# %%
draw_range_test(lr_range_test)

# %% [markdown]
# The loss over the rate. Below 0.01 hardly anything happens, above 1 the loss jumps up: a rate
# around 0.1 is a good start.
#
# ## Reflection
#
# Early stopping watched digits set aside, not the test digits. What would the test accuracy be
# worth if it had watched those? Which other choices of yours should not look at the test digits
# either?

# %% [markdown]
# *Your answer here.*
