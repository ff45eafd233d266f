# %% [markdown]
# # 07 · Training
#
# Six modules meet here: layers, gradients, losses, batches and optimizers become a program that
# learns. The loop itself has five lines, and nearly every line has a mistake that does not crash:
# it only trains worse, or reports something that is not so. In this notebook you write the parts
# where such mistakes hide. At the end you own a `Trainer` with
# gradient clipping, accumulation, evaluation, early stopping, and checkpoints from which a run
# that was killed goes on as if nothing had happened; with it a network learns MNIST.
#
# Each exercise has a docstring that says exactly what to write, a test to run, and a few more
# tests that only run when you hand in (a comment says what they cover). `tito check 07` runs all
# you can see; `tito export 07` puts your code into your own `tinytorch` package.

# %% given: imports

# %% given: notebook-imports

# %% given: tests

# %% [markdown]
# ## 1. Not too far in one step
#
# A gradient says where downhill is *here*. At the edge of a cliff in the loss it can be a thousand
# times longer than usual, and one step along it throws away hours of training. So long gradients
# are shortened. The direction must stay, so all parameters count as **one** long vector $g$ with
# one norm, and all are scaled by the same number:
#
# $$\|g\| = \sqrt{\textstyle\sum_p \|g_p\|^2},\qquad g_p \leftarrow g_p \cdot
# \min\left(1, \frac{c}{\|g\| + 10^{-6}}\right)$$
#
# `gradients_of` (given) lists the gradients that are there: a parameter that the loss did not
# reach has none.
#
# **Exercise 1 · medium · 20 minutes.** Fill in `clip_grad_norm_`.

# %% given: gradients

# %% nbgrader={"grade_id": "clip-norm", "solution": true}
#| export
def clip_grad_norm_(
    parameters, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """Scale all gradients in place so that their joint norm is at most `max_norm`.

    parameters: a tensor or several, of any shapes. norm_type: 2 for the length, `math.inf` for the
    largest value, or another p of the p-norm.
    Returns: the norm as it was before, as a tensor of one number; 0 if there are no gradients.
    Raises: RuntimeError mentioning "non-finite" if `error_if_nonfinite` and the norm is NaN or
    infinite; then nothing is changed.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
    """
    gradients = gradients_of(parameters)
    if not gradients:
        return tensor(0.0)
    # About eight lines: the norm of each gradient, np.linalg.norm(array.ravel(), norm_type); the
    # norm of these norms; the check; the factor; scaling in place.
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


# %% nbgrader={"grade_id": "clip-norm-test", "grade": true, "points": 3}
# Gradients (3, 0) and (4,) are one vector of length 5.
a, b = Parameter([1.0, 1.0]), Parameter([1.0])
a.grad, b.grad = tensor([3.0, 0.0]), tensor([4.0])
close(clip_grad_norm_([a, b], 1.0), 5.0, "the norm that is returned", suspects=MISTAKES["norm"])
clipped = np.concatenate([a.grad.numpy(), b.grad.numpy()])
close(clipped, [0.6, 0.0, 0.8], "the gradient after clipping", suspects=MISTAKES["clipped"])
clip_grad_norm_([a, b], 10.0)
clipped = np.concatenate([a.grad.numpy(), b.grad.numpy()])
close(clipped, [0.6, 0.0, 0.8], "a short gradient after clipping", suspects=MISTAKES["short"])

# %% nbgrader={"grade_id": "clip-norm-hidden", "grade": true, "points": 3}
# Also graded: matrices, other norms, parameters without a gradient, a generator of parameters, one
# tensor, float64, NaN.
### BEGIN HIDDEN TESTS
a, b, c = Parameter([1.0]), Parameter([[1.0, 1.0], [1.0, 1.0]]), Parameter([1.0])
a.grad, b.grad = tensor([0.3]), tensor([[0.1, -0.2], [0.2, 0.4]])
kept = b.grad
close(clip_grad_norm_((p for p in (a, b, c)), 10.0), 0.34**0.5, "the norm of a short gradient")
close(a.grad, [0.3], "a short gradient after clipping", suspects={"made longer": [5.145]})
true(c.grad is None, "a gradient that was not there", expected="None")
close(clip_grad_norm_([a, b, c], 0.2, math.inf), 0.4, "the largest value, as norm_type=inf")
close(b.grad, [[0.05, -0.1], [0.1, 0.2]], "the gradient scaled by its largest value")
true(b.grad is kept, "the gradient after clipping", expected="the same tensor, changed in place")
close(clip_grad_norm_([a, b], 0.3, norm_type=1.0), 0.6, "the sum of sizes, as norm_type=1")
close(b.grad, [[0.025, -0.05], [0.05, 0.1]], "the gradient scaled by the sum of sizes")
one = tensor([3.0, 4.0]).double().requires_grad_()
one.grad = tensor(np.array([3.0, 4.0]))
close(clip_grad_norm_(one, 2.5), 5.0, "the norm for one tensor")
close(one.grad, [1.5, 2.0], "the clipped gradient of one tensor", dtype="float64")
close(clip_grad_norm_([c], 1.0), 0.0, "the norm where nothing has a gradient")
one.grad = tensor(np.array([math.nan, 1.0]))
with raises(RuntimeError, "non-finite", "a norm of NaN with error_if_nonfinite=True"):
    clip_grad_norm_(one, 1.0, error_if_nonfinite=True)
close(one.grad, [math.nan, 1.0], "the gradient after that error, as it was")
true(math.isnan(clip_grad_norm_(one, 1.0).item()), "the norm of a NaN", expected="NaN")
### END HIDDEN TESTS

# %% [markdown]
# (PyTorch adds $10^{-6}$ so that a gradient of zeros does not divide by zero, and so do we.) Its
# coarser sister, given, cuts each value by itself: the direction changes.

# %% given: clip-value

# %% [markdown]
# ## 2. A large batch in small pieces
#
# A batch of 512 may not fit into memory. Four of 128 do, one after the other: `backward` *adds* to
# gradients, so they can be added up before the optimizer takes its step: **gradient accumulation**.
# The result must be what the large batch would have given. Its loss is the mean over 512 samples,
# while yours are means over 128 each: every one counts with its share of the samples,
#
# $$L = \sum_i \frac{n_i}{n_1 + \dots + n_k}\,L_i.$$
#
# The shares matter, since the last batch of an epoch is mostly shorter, and so is the last group.
#
# **Exercise 2 · medium · 20 minutes.** Fill in `accumulate`. `samples(batch)` (given) is $n_i$.

# %% given: batches


# %% nbgrader={"grade_id": "accumulate", "solution": true}
#| export
def accumulate(model, loss_fn, batches: list) -> float:
    """Add the gradients of the mean loss over all samples of `batches` to the parameters' `.grad`.

    A batch at a time: its graph is gone before the next one is built. Gradients that are there
    already stay and are added to.
    Returns: the mean loss over all samples, as a Python float.
    """
    count = sum(samples(batch) for batch in batches)
    # Six lines: for each batch its loss, `batch_loss(model, loss_fn, batch)`, by its share.
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
loss = accumulate(lambda x: x @ w, mse_loss, [(x[:3], y[:3]), (x[3:], y[3:])])
true(type(loss) is float, "what accumulate returns", expected="a float", got=str(type(loss)))
close(loss, 3.75, "the mean loss", suspects=MISTAKES["loss"])
close(w.grad, [-16.5, -21.5], "the accumulated gradient", suspects=MISTAKES["gradient"])

# %% nbgrader={"grade_id": "accumulate-hidden", "grade": true, "points": 4}
# Also graded: batches of different sizes, a batch alone, gradients from before, freed graphs.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
x, y = tensor(rng.normal(size=(7, 3))), tensor(rng.normal(size=7))
for cuts in ([0, 7], [0, 1, 7], [0, 3, 6, 7], [0, 2, 4, 6, 7]):
    w = tensor(np.array([1.0, -1.0, 0.5])).requires_grad_()
    pieces = [(x[i:j], y[i:j]) for i, j in pairwise(cuts)]
    loss = accumulate(lambda x, w=w: x @ w, mse_loss, pieces)
    error = x.numpy() @ [1.0, -1.0, 0.5] - y.numpy()
    sizes = [j - i for i, j in pairwise(cuts)]
    close(loss, (error**2).mean(), f"the mean loss of batches of {sizes} samples", rtol=1e-9)
    wanted = 2 * error @ x.numpy() / 7
    close(w.grad, wanted, f"the gradient from batches of {sizes} samples", rtol=1e-9)
accumulate(lambda x: x @ w, mse_loss, [(x, y)])
close(w.grad, 2 * wanted, "the gradient added to the one from before", rtol=1e-9)
watched = Watched(lambda x: x @ w)
accumulate(watched, mse_loss, [(x[:2], y[:2])] * 4)
most = max(watched.alive)
true(most <= 1, "how many batches are in memory", expected="one", got=str(most + 1))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. One step of training
#
# Now the order. Gradients of the last step must go, or they are added to the new ones. Clipping
# comes after `backward`, when there is something to clip, and before the step, which uses it. And
# a NaN must never reach the weights: once there, every later loss is NaN too, and what was learned
# is lost. A loss or a norm that is not finite stops the run *before* the step.
#
# **Exercise 3 · medium · 20 minutes.** Fill in `training_step`.


# %% nbgrader={"grade_id": "training-step", "solution": true}
#| export
def training_step(model, optimizer, loss_fn, batches, max_grad_norm=None) -> tuple[float, float]:
    """One update of the weights from the mean loss over all samples of `batches`.

    max_grad_norm: gradients of all `model.parameters()` are clipped to this joint norm; None: not.
    Returns: (loss, norm), both floats; the norm is the one before clipping.
    Raises: FloatingPointError that says what the loss and the norm are, if one of them is NaN or
    infinite; the weights and the optimizer's state are then as they were.
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


# %% given: line

# %% nbgrader={"grade_id": "training-step-test", "grade": true, "points": 3}
# Two steps by hand: loss (w x + b - y)^2 at x = 2, y = 0, with a learning rate of 0.1.
line, point = Line(), (tensor([2.0]), tensor([0.0]))
sgd = SGD(line.parameters(), lr=0.1)
loss, norm = training_step(line, sgd, mse_loss, [point])
close([loss, norm], [4.0, 80**0.5], "the pair of loss and norm of the first step")
types = type(loss) is float and type(norm) is float
true(types, "what training_step returns", expected="two floats", hint=".item()")
close(line.weights(), [0.2, -0.4], "the pair (w, b) after one step")
loss, norm = training_step(line, sgd, mse_loss, [point])
what = "the pair (w, b) after two steps (the error is 0 after the first)"
close(line.weights(), [0.2, -0.4], what, suspects=MISTAKES["weights"], atol=1e-6)

# %% nbgrader={"grade_id": "training-step-hidden", "grade": true, "points": 4}
# Also graded: clipping and the norm before it, several batches in one step, NaN and infinity.
### BEGIN HIDDEN TESTS
line, point = Line(), (tensor([2.0]), tensor([0.0]))
sgd = SGD(line.parameters(), lr=1.0)
loss, norm = training_step(line, sgd, mse_loss, [point], max_grad_norm=0.5)
close(norm, 80**0.5, "the norm of a clipped step", suspects={"the norm after clipping": 0.5})
wanted = [1 - 0.5 * 2 / 5**0.5, -0.5 / 5**0.5]
late = {"clipped too late, or not at all": [-7.0, -4.0]}
close(line.weights(), wanted, "the weights after a clipped step", suspects=late)
loss, norm = training_step(line, sgd, mse_loss, [point], max_grad_norm=0.0)
close(line.w.item(), 1 - 1 / 5**0.5, "the weight after a step with max_grad_norm=0")
line = Line()
sgd = SGD(line.parameters(), lr=0.1)
pieces = [(tensor([2.0]), tensor([0.0])), (tensor([1.0, 3.0]), tensor([1.0, 2.0]))]
loss, norm = training_step(line, sgd, mse_loss, pieces)
close(loss, 5 / 3, "the loss of a step on two batches")
close(line.weights(), [1 - 1.4 / 3, -0.2], "the weights after two batches, one step")
for bad, name in ((math.nan, "nan"), (math.inf, "inf")):
    line = Line()
    adam = Adam(line.parameters(), lr=0.1)
    with raises(FloatingPointError, name, f"a step on an input of {bad}"):
        training_step(line, adam, mse_loss, [(tensor([bad]), tensor([0.0]))], max_grad_norm=1.0)
    close(line.weights(), [1.0, 0.0], f"the weights after a loss of {bad}")
line = Line()
with raises(FloatingPointError, "nan", "a step with a finite loss and a gradient of NaN"):
    training_step(line, SGD(line.parameters(), lr=0.1), steep, [(tensor([1.0]), tensor([0.0]))])
close(line.weights(), [1.0, 0.0], "the weights after a gradient of NaN")
### END HIDDEN TESTS

# %% [markdown]
# What clipping is for, on a landscape with a cliff. A recurrent network multiplies by the same
# weight at every step, so its output is like $w^{11}$: flat below 1, a wall above. The same
# start, the same learning rate; left the loss, right the norm of the gradient before clipping.

# %% given: cliff

# %% [markdown]
# Without clipping the first step throws the weight off the wall onto the flat side, where there is
# hardly a gradient left to move it. Clipped, it walks down the wall and settles at the bottom.
#
# ## 4. Looking without touching
#
# To evaluate is to look: no graph, no dropout, and afterwards everything as it was. "As it was" is
# more than `model.train()`: each module has a mode of its own, and a part of the model may be in
# **evaluation mode** already. And the loss function or the data may raise in the middle; also then
# the modes must come back, or the next epoch trains without dropout.
#
# `@contextmanager` makes a `with` block of a function: what stands before `yield` runs at the
# start, what stands after it at the end; an error in the block is raised at the `yield`.
#
# **Exercise 4 · medium · 15 minutes.** Fill in `evaluating`.


# %% nbgrader={"grade_id": "evaluating", "solution": true}
#| export
@contextmanager
def evaluating(model):
    """Inside `with evaluating(model):` every module of it is in evaluation and nothing is recorded.

    Afterwards, also after an error, each module has the mode it had before, whatever it was, and
    gradients are recorded or not as before.
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
# A network with a dropout in a nested part, which is in evaluation already.
frozen = Sequential(Linear(2, 2), Dropout(0.5))
model = Sequential(frozen, Dropout(0.5)).train()
frozen.eval()
before = modes_of(model)
with evaluating(model):
    inside = modes_of(model)
    recorded = model(tensor([[1.0, 2.0]])).requires_grad
equal(inside, [False] * 5, "the list of modes inside", hint="nested modules have a mode too")
equal(recorded, False, "whether the output wants gradients")
equal(modes_of(model), before, "the list of modes afterwards", suspects=MISTAKES["modes"])

# %% nbgrader={"grade_id": "evaluating-hidden", "grade": true, "points": 3}
# Also graded: errors inside, a model in evaluation, blocks in blocks, recording afterwards.
### BEGIN HIDDEN TESTS
model = Sequential(Linear(2, 2), Sequential(Dropout(0.5), Dropout(0.5)))
model[1][0].eval()
before = modes_of(model)
with raises(LookupError, "in the middle", "an error inside the block"), evaluating(model):
    raise LookupError("in the middle")
equal(modes_of(model), before, "the list of modes after an error")
true(is_grad_enabled(), "whether gradients are recorded after an error")
with no_grad():
    with evaluating(model), evaluating(model):
        true(not model.training, "the mode inside two blocks", expected="evaluation")
    true(not is_grad_enabled(), "recording after a block inside no_grad", expected="still off")
equal(modes_of(model), before, "the modes after two blocks")
model.eval()
with evaluating(model):
    pass
equal(modes_of(model), [False] * 5, "the modes of a model in evaluation")
### END HIDDEN TESTS

# %% [markdown]
# ## 5. What an epoch was like
#
# The loss of an epoch is the mean over its *samples*. The last step does not stand for it, and the
# mean over batches is not it either: a last batch of 4 samples would count as much as one of 64.
#
# **Exercise 5 · easy · 10 minutes.** Fill in `weighted_mean`.


# %% nbgrader={"grade_id": "weighted-mean", "solution": true}
#| export
def weighted_mean(values: list, counts: list) -> float:
    """The mean of `values`, of which each stands for so many samples as `counts` says.

    Returns: a Python float; NaN if there are no samples.
    Raises: ValueError if there are not as many values as counts.
    """
    # Three or four lines; `zip(..., strict=True)` raises the ValueError.
    ### BEGIN SOLUTION
    pairs = list(zip(values, counts, strict=True))
    count = sum(counts)
    return math.fsum(value * n for value, n in pairs) / count if count else math.nan
    ### END SOLUTION


# %% nbgrader={"grade_id": "weighted-mean-test", "grade": true, "points": 1}
# Two batches of 64 and one of 4.
mean = weighted_mean([1.0, 2.0, 10.0], [64, 64, 4])
close(mean, 232 / 132, "the mean", suspects=MISTAKES["mean"])

# %% nbgrader={"grade_id": "weighted-mean-hidden", "grade": true, "points": 2}
# Also graded: one value, no samples, values and counts that do not belong together, NaN.
### BEGIN HIDDEN TESTS
mean = weighted_mean([3.0], [5])
close(mean, 3.0, "the mean of one value")
true(type(mean) is float, "what weighted_mean returns", expected="a float", got=str(type(mean)))
true(math.isnan(weighted_mean([], [])), "the mean of nothing", expected="NaN")
close(weighted_mean([1.0, 5.0], [3, 0]), 1.0, "the mean where one value stands for no samples")
true(math.isnan(weighted_mean([1.0, math.nan], [1, 1])), "the mean with a NaN", expected="NaN")
with raises(ValueError, ".", "two values and three counts"):
    weighted_mean([1.0, 2.0], [1, 2, 3])
with raises(ValueError, ".", "three values and two counts"):
    weighted_mean([1.0, 2.0, 3.0], [1, 2])
### END HIDDEN TESTS

# %% [markdown]
# Given: `History`, which keeps a row for each epoch, shows it as a table or as curves and saves it;
# and `Callback`, which a trainer calls after every step and every epoch.

# %% given: history

# %% [markdown]
# ## 6. When to stop
#
# At some point the training loss still falls, but the validation loss does not: the network learns
# its examples by heart: it **overfits**. *Early stopping* waits a while, since the curve is noisy,
# and then stops. The decision takes three numbers: the best value so far, by how much one must be
# better to count, and for how many epochs in a row there has been no better one.
#
# **Exercise 6 · medium · 15 minutes.** Fill in `EarlyStopping.update`.


# %% nbgrader={"grade_id": "early-stopping", "solution": true}
#| export
class EarlyStopping(Callback):
    """Stop when a column of the history has not become better for `patience` epochs in a row.

    mode: "min" if smaller is better, as for losses, "max" if larger is, as for accuracy.
    min_delta: better means better than the best one by *more* than this.
    """

    def __init__(self, monitor="val_loss", patience=3, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError(f"mode is 'min' or 'max', not {mode!r}")
        self.monitor, self.patience, self.min_delta = monitor, patience, min_delta
        self.mode, self.best, self.waited = mode, None, 0

    def update(self, value: float) -> bool:
        """Take the value of one more epoch; True if it is time to stop.

        `self.best` is the best value so far, None before the first; `self.waited` says how many
        epochs in a row were not better. The first value that is not NaN is the best so far; a NaN
        counts as not better.
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

    def on_epoch_end(self, trainer, row: dict) -> None:
        if self.monitor not in row:
            known = ", ".join(row)
            raise KeyError(f"EarlyStopping watches {self.monitor!r}, but an epoch has {known}")
        if self.update(row[self.monitor]):
            trainer.should_stop = True

    def state_dict(self) -> dict:
        return {"best": self.best, "waited": self.waited}

    def load_state_dict(self, state: dict) -> None:
        self.best, self.waited = state["best"], state["waited"]


# %% nbgrader={"grade_id": "early-stopping-test", "grade": true, "points": 2}
# The loss falls to 3, then rises a little and falls a little, but never below 3.
stopping = EarlyStopping(patience=3)
found = [stopping.update(value) for value in (5.0, 4.0, 3.0, 3.5, 3.2, 3.1, 3.05)]
wanted = [False] * 5 + [True] * 2
equal(found, wanted, "the list of decisions", suspects=MISTAKES["decisions"])
equal([stopping.best, stopping.waited], [3.0, 4], "the pair of best and waited")

# %% nbgrader={"grade_id": "early-stopping-hidden", "grade": true, "points": 3}
# Also graded: mode="max", min_delta, a value better in between, equal values, NaN.
### BEGIN HIDDEN TESTS
found = decided([0.5, 0.6, 0.55, 0.7, 0.65, 0.6], patience=2, mode="max")
equal(found, ([False] * 5 + [True], 0.7), "an accuracy that rises in between")
found = decided([1.0, 0.95, 0.92, 0.85], patience=3, min_delta=0.1)
equal(found, ([False] * 4, 0.85), "small gains that add up to more than min_delta")
found, later = decided([1.0, 0.95, 0.92], patience=2, min_delta=0.1), [False, False, True]
equal(found, (later, 1.0), "gains smaller than min_delta")
found = decided([1.0, 0.75, 0.5], patience=2, min_delta=0.25)
equal(found, ([False] * 3, 0.5), "a gain of exactly min_delta, then twice that")
equal(decided([2.0, 2.0], patience=1), ([False, True], 2.0), "the same value again")
equal(decided([-1.0, -2.0, 0.0], patience=1), (later, -2.0), "negative values")
equal(decided([0.0, 1.0], patience=1), ([False, True], 0.0), "a best value of 0")
found = decided([math.nan, 2.0, math.nan, math.nan], patience=2)
equal(found, ([False] * 3 + [True], 2.0), "a value of NaN")
### END HIDDEN TESTS

# %% [markdown]
# ## 7. Checkpoints
#
# A run of hours must survive a power cut. So its state is saved on the way. The worst moment for
# the cut is while the file is being written: then the old file is gone and the new one is half
# there. An *atomic* write leaves at every moment either the old file, whole, or the new one, whole:
# write all of it to another file beside it, make the system put it onto the disk, and only then
# give it the right name. Renaming within a folder happens at once or not at all.
#
# Four tools: `file.flush()` hands Python's buffer to the system; `os.fsync(file.fileno())` waits
# until the disk has it; `os.replace(a, b)` renames `a` to `b`, over a `b` that is there;
# `path.unlink(missing_ok=True)` removes a file.
#
# **Exercise 7 · medium · 20 minutes.** Fill in `write_atomically`.


# %% nbgrader={"grade_id": "atomic-write", "solution": true}
#| export
def write_atomically(path, content: bytes) -> None:
    """Write `content` to the file at `path` so that no crash can leave a part of it there.

    Until all of it is on the disk, what was at `path` stays there untouched. It is written to
    `path` with ".tmp" appended, in the same folder; if an error comes on the way, that file is
    removed, and the error is raised.
    """
    path = Path(path)
    temporary = path.with_name(path.name + ".tmp")
    # Eight lines: write, flush, fsync, replace; remove the temporary file if it is still there.
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


# %% given: watched-disk

# %% nbgrader={"grade_id": "atomic-write-test", "grade": true, "points": 2}
# The old file is there, whole, until the very last call; then the new one.
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "run.npz"
    path.write_bytes(b"old")
    with watched_disk(path) as calls:
        write_atomically(path, b"newer")
    hint = "os.replace(a, b) renames a to b"
    true(path.exists(), "whether the file is there afterwards", expected="it is", hint=hint)
    equal(path.read_bytes(), b"newer", "the file afterwards")
    equal([name for name, _, _ in calls], ["fsync", "replace"], "the order of the calls")
    equal([old for _, old, _ in calls], [b"old", b"old"], "the file at the time of these calls")
    equal(calls[0][2], 5, "the number of bytes that fsync sees")
    equal(os.listdir(folder), ["run.npz"], "what is left in the folder")

# %% nbgrader={"grade_id": "atomic-write-hidden", "grade": true, "points": 3}
# Also graded: a path as text, a new file, errors on the way, what a crash has left behind.
### BEGIN HIDDEN TESTS
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "run.npz"
    with watched_disk(path) as calls:
        write_atomically(str(path), b"12345" * 7)
    equal(path.read_bytes(), b"12345" * 7, "a new file, with the path as text")
    equal([size for *_, size in calls], [35, 35], "what is on its way to the disk at each call")
    equal([old for _, old, _ in calls], [None, None], "a new file before it is complete")
    for fail in ("fsync", "replace"):
        with raises(OSError, "disk is full", f"an error in os.{fail}"), watched_disk(path, fail):
            write_atomically(path, b"lost")
        equal(path.read_bytes(), b"12345" * 7, f"the file after an error in os.{fail}")
        equal(os.listdir(folder), ["run.npz"], f"the folder after an error in os.{fail}")
    path.with_name("run.npz.tmp").write_bytes(b"left behind by a crash, and longer")
    write_atomically(path, b"short")
    equal(path.read_bytes(), b"short", "the file where a crash had left its temporary file")
### END HIDDEN TESTS

# %% [markdown]
# Given: what goes into the file. Weights and the optimizer's moments are arrays; the rest are
# numbers and names, which JSON holds. So a checkpoint is one `.npz`, a zip of arrays, with a JSON
# text in it that says where each array belongs. No *pickle*: reading a pickle runs whatever code
# its author put there, and one does open other people's checkpoints. `pack` takes a nested state
# apart, `unpack` puts it together again, to the bit. What is damaged, foreign or from a newer
# version is refused with the reason.

# %% given: checkpoints

# %%
# A state with all its kinds goes to the disk and back; a byte changed on the way is noticed.
state = {"weights": tensor([1.0, 2.0]), 0: (0.9, None, [np.arange(3)]), "rate": 0.1}
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "state.npz"
    save_checkpoint(path, state)
    print(load_checkpoint(path))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    try:
        load_checkpoint(path)
    except ValueError as error:
        print("ValueError: ...", str(error).partition("state.npz ")[2])

# %% [markdown]
# ## 8. The trainer
#
# Given: `Trainer` joins your pieces. Three things in it are worth a look.
#
# - `fit(loader, epochs)` counts epochs from the start of the run, those before a checkpoint
#   included. So the script that resumes is the script that started, with one line more.
# - To resume in the middle of an epoch, the generators go back to where they were at its start,
#   the loader begins its order again, the batches already used are passed over, and the
#   generators go to where they were when the checkpoint was written.
# - When your step finds a NaN, the batch runs once more under `detect_anomaly` of module 02, which
#   names the first operation that made it.

# %% given: trainer

# %%
# A loss that takes the logarithm of a negative number: the run stops before the weights are NaN.
line = Line()
trainer = Trainer(line, SGD(line.parameters(), lr=0.1), lambda output, target: output.log().mean())
try:
    with np.errstate(invalid="ignore"):  # NumPy would warn as well
        trainer.fit([(tensor([2.0]), tensor([0.0])), (tensor([-1.0]), tensor([0.0]))], epochs=1)
except FloatingPointError as stop:
    print(stop)
print(f"the weight is still a number: {line.w.item():.2f}")

# %% [markdown]
# `Checkpoint` (given too) is the callback that saves. Here a run of three epochs is broken off in
# the middle of the second one; a fresh model with other weights takes over from the file. The two
# lines of the figure lie on each other, to the bit.

# %% given: resuming

# %%
whole, one = in_one_go()
part, rest = Curve(), Curve()
with tempfile.TemporaryDirectory() as folder:
    trainer, loader = digit_trainer(0, part, Stop(33), Checkpoint(f"{folder}/b.npz", 4))
    try:
        trainer.fit(loader, 3)
    except KeyboardInterrupt:
        print(f"broken off after {len(part.losses)} steps")
    trainer, loader = digit_trainer(1, rest, Stop(-1), Checkpoint(f"{folder}/b.npz"))
    trainer.load(f"{folder}/b.npz")
    trainer.fit(loader, 3)
two = trainer.model.state_dict()
assert all(np.array_equal(one[name].numpy(), two[name].numpy()) for name in one)
draw_resumed(whole, rest.losses)

# %% [markdown]
# ## 9. Predict, then measure: the memory of a step
#
# "Does it fit?" is asked before every large run. A step holds, in float32: the weights; their
# gradients; what the optimizer keeps for each weight (its *slots*: none for plain SGD, one with
# momentum, two for Adam); and what the graph saves for `backward`. At two moments most is in use:
#
# - at the end of the *forward* pass the graph is complete, and the gradients of the last step are
#   gone. A perceptron keeps the output of each linear layer twice: as it is, and what is made of
#   it, by ReLU or, after the last layer, by the loss;
# - at the end of the *backward* pass the graph is gone, and all gradients are there.
#
# (In between both are there in part, with some room to compute in.)
#
# **Exercise 8 · medium · 15 minutes.** Fill in `step_memory`.


# %% nbgrader={"grade_id": "step-memory", "solution": true}
def step_memory(sizes: tuple, batch: int, slots: int) -> tuple[int, int]:
    """Bytes in use (at the end of the forward pass, at the end of the backward pass).

    sizes: of the input, of each hidden layer, of the output; every layer has a bias and is in
    float32. batch: samples. slots: numbers that the optimizer keeps for each parameter.
    The input itself does not count.
    """
    # Four lines. `pairwise(sizes)` gives the (in, out) of each layer.
    ### BEGIN SOLUTION
    parameters = sum(n * m + m for n, m in pairwise(sizes))
    outputs = batch * sum(sizes[1:])
    forward = parameters * (1 + slots) + 2 * outputs
    return 4 * forward, 4 * parameters * (2 + slots)
    ### END SOLUTION


# %% nbgrader={"grade_id": "step-memory-test", "grade": true, "points": 2}
# 64 -> 100 -> 10 has 7,510 parameters; 32 samples give 3,520 outputs.
wanted, what = (4 * (3 * 7510 + 2 * 3520), 4 * 4 * 7510), "the pair of bytes of a step with Adam"
equal(step_memory((64, 100, 10), 32, 2), wanted, what, suspects=MISTAKES["bytes"])

# %% nbgrader={"grade_id": "step-memory-hidden", "grade": true, "points": 3}
# Also graded: no slots and one, a single layer, more layers, a batch of one.
### BEGIN HIDDEN TESTS
equal(step_memory((64, 100, 10), 32, 0), (4 * (7510 + 7040), 8 * 7510), "the bytes with SGD")
equal(step_memory((64, 100, 10), 32, 1), (4 * (15020 + 7040), 12 * 7510), "the bytes with momentum")
equal(step_memory((5, 3), 1, 2), (4 * (3 * 18 + 6), 16 * 18), "the bytes of a single layer")
wanted = (4 * (50 + 2 * 7 * 12), 8 * 50)
equal(step_memory((2, 3, 4, 5), 7, 0), wanted, "the bytes of three layers, a batch of 7")
### END HIDDEN TESTS

# %% given: measuring

# %%
# Predicted and measured, for batches of several sizes.
sizes, batches = (784, 256, 128, 10), (16, 64, 256, 1024)
found = np.array([measured(sizes, batch) for batch in batches])
predicted = np.array([step_memory(sizes, batch, 2) for batch in batches])
assert np.allclose(found, predicted, rtol=0.1), found / predicted
draw_memory(batches, predicted, found)

# %% [markdown]
# The points lie on the lines: the flat one is the weights four times over, the rising one grows
# with the batch. When memory is short, a smaller batch lowers only the peak at the end of the
# forward pass. (With `accumulation_steps` the optimizer still steps by the large one.)
#
# ## 10. Put to use: MNIST
#
# A perceptron, Adam, a learning rate that falls along a cosine, clipping, a batch of 128 in two
# pieces of 64, and 10% of the training digits aside to stop by. A callback of a few lines looks at
# the gradient of each layer on the way.

# %% given: put-to-use

# %%
manual_seed(0)
model = Sequential(
    Flatten(), Linear(784, 256), ReLU(), Dropout(0.2), Linear(256, 128), ReLU(), Linear(128, 10)
)
adam = Adam(model.parameters(), lr=0.002)
norms = LayerNorms()
trainer = Trainer(
    model,
    adam,
    cross_entropy,
    CosineAnnealingLR(adam, T_max=12),
    max_grad_norm=5.0,
    accumulation_steps=2,
    callbacks=[EarlyStopping("val_loss", patience=4), norms],
    metrics={"accuracy": accuracy},
)
history = trainer.fit(learn, 12, val_loader=aside)
result = trainer.evaluate(test)
print(f"{result['accuracy']:.1%} of {len(test_labels)} digits of MNIST that it has never seen")
assert result["accuracy"] >= 0.94

# %%
history.plot()
plt.show()

# %% [markdown]
# Four curves over the epochs. The training loss falls, and the one on the digits kept aside less
# far. At first the training loss is the larger one: it is taken while the network still learns, and
# with dropout. The accuracy rises; the learning rate follows its cosine; the gradient becomes
# shorter as there is less left to learn. Below, the gradient of each layer, step by step: none
# vanishes, none explodes.

# %% given: layer-norms

# %% [markdown]
# ## Reflection
#
# Early stopping watched digits kept aside, not the test digits. What would the test accuracy be
# worth if it had watched those? And whose choice, besides that of the epoch, should not look at
# them either?

# %% [markdown]
# *Your answer here.*
