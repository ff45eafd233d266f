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

# %%
#| default_exp core.training

# %%
#| export
import csv
import io
import json
import math
import os
import sys
import time
import warnings
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np

from tinytorch.core.autograd import detect_anomaly, no_grad
from tinytorch.core.tensor import Tensor, cat, default_generator, tensor

# %%
import tempfile
import tracemalloc
from itertools import pairwise

import matplotlib.pyplot as plt

from tinytorch.core.autograd import is_grad_enabled
from tinytorch.core.dataloader import DataLoader, TensorDataset
from tinytorch.core.layers import Dropout, Flatten, Linear, Module, Parameter, ReLU, Sequential
from tinytorch.core.losses import cross_entropy, mse_loss
from tinytorch.core.optimizers import SGD, Adam, CosineAnnealingLR
from tinytorch.core.tensor import Generator, manual_seed
from tinytorch_data import digits, mnist
from tito.checks import close, equal, raises, true

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
#
# <details><summary>it looks like: each gradient was clipped by itself</summary>
#
# Then the short ones stay and the long ones shrink: another direction. Find one norm first.
#
# </details>
#
# <details><summary>the gradient after clipping is wrong, got: the gradient as it was</summary>
#
# `g = g * c` makes a new tensor, and the parameter keeps the old one. `g *= c` changes it in place.
#
# </details>


# %% tags=["given"]
#| export
def gradients_of(parameters) -> list:
    """The gradients of one parameter or of several; those that have none are passed over."""
    parameters = [parameters] if isinstance(parameters, Tensor) else parameters
    return [p.grad for p in parameters if p.grad is not None]


# %% nbgrader={"grade_id": "clip-norm", "solution": true}
#| export
def clip_grad_norm_(
    parameters, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """Scale all gradients in place so that their joint norm is at most `max_norm`.

    parameters: a tensor or several. norm_type: 2 for the length, `math.inf` for the largest value,
    or another p of the p-norm.
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
norm = clip_grad_norm_([a, b], 1.0)
close(
    norm,
    5.0,
    "the norm that is returned",
    suspects={
        "the norm after clipping": 1.0,
        "the norms were added": 7.0,
        "no root": 25.0,
        "each gradient was clipped by itself": 4.0,
    },
)
close(
    np.concatenate([a.grad.numpy(), b.grad.numpy()]),
    [0.6, 0.0, 0.8],
    "the gradient after clipping",
    suspects={
        "each gradient was clipped by itself": [1.0, 0.0, 1.0],
        "the gradient as it was": [3.0, 0.0, 4.0],
    },
)
clip_grad_norm_([a, b], 10.0)
close(
    np.concatenate([a.grad.numpy(), b.grad.numpy()]),
    [0.6, 0.0, 0.8],
    "a short gradient after clipping",
    suspects={"it was made longer": [6.0, 0.0, 8.0]},
)

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
true(math.isnan(clip_grad_norm_(one, 1.0).item()), "the norm of a NaN", expected="NaN")
### END HIDDEN TESTS

# %% [markdown]
# (PyTorch adds $10^{-6}$ so that a gradient of zeros does not divide by zero, and so do we.) Its
# coarser sister, given, cuts each value by itself: the direction changes.


# %% tags=["given"]
#| export
def clip_grad_value_(parameters, clip_value: float) -> None:
    """Cut every value of every gradient to between -clip_value and clip_value, in place.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html
    """
    for g in gradients_of(parameters):
        g.copy_(g.clamp(-float(clip_value), float(clip_value)))


# %% [markdown]
# ## 2. A large batch in small pieces
#
# A batch of 512 may not fit into memory. Four of 128 do, one after the other: `backward` *adds* to
# gradients, so they can be added up before the optimizer takes its step. The result must be what
# the large batch would have given. Its loss is the mean over 512 samples, while yours are means
# over 128 each: every one counts with its share of the samples,
#
# $$L = \sum_i \frac{n_i}{n_1 + \dots + n_k}\,L_i.$$
#
# The shares matter, since the last batch of an epoch is mostly shorter, and so is the last group.
#
# **Exercise 2 · medium · 20 minutes.** Fill in `accumulate`. `samples(batch)` (given) is $n_i$.
#
# <details><summary>it looks like: the losses were added</summary>
#
# Scale each loss by its share *before* `backward()`: the gradient scales along.
#
# </details>


# %% tags=["given"]
#| export
def parts_of(batch) -> tuple[list, Tensor]:
    """(inputs, targets) of a batch: its last thing is the target, all before it go to the model."""
    if not isinstance(batch, (tuple, list)) or len(batch) < 2:
        raise TypeError(
            f"a Trainer wants batches of inputs and targets, not {type(batch).__name__}: "
            "use a DataLoader over TensorDataset(inputs, targets)"
        )
    *inputs, targets = batch
    return inputs, targets


def samples(batch) -> int:
    """How many examples a batch holds."""
    return len(batch[-1])


def batch_loss(model, loss_fn, batch) -> Tensor:
    """The loss of a batch: one number, the mean over its samples."""
    inputs, targets = parts_of(batch)
    loss = loss_fn(model(*inputs), targets)
    if not isinstance(loss, Tensor) or loss.numel() != 1:
        what = f"shape {loss.shape}" if isinstance(loss, Tensor) else type(loss).__name__
        raise ValueError(f"loss_fn gave {what}: a Trainer wants the mean over the batch")
    return loss


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
wrong = {"the losses were added": 11.0, "every batch counts the same": 5.5, "the last loss": 9.0}
close(loss, 3.75, "the mean loss", suspects=wrong)
close(
    w.grad,
    [-16.5, -21.5],
    "the accumulated gradient",
    suspects={
        "the losses were added": [-50.0, -194 / 3],
        "every batch counts the same": [-25.0, -97 / 3],
        "only the last batch": [-10.5, -13.5],
        "only the first batch": [-6.0, -8.0],
    },
)

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
import weakref

alive, seen = [], []


def remember(x):
    alive.append(sum(ref() is not None for ref in seen))
    out = x @ w
    seen.append(weakref.ref(out))
    return out


accumulate(remember, mse_loss, [(x[:2], y[:2])] * 4)
true(max(alive) <= 1, "how many batches are in memory", expected="one", got=str(max(alive) + 1))
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
#
# <details><summary>it looks like: the gradients of the first step are still there</summary>
#
# `backward` adds to what it finds. `optimizer.zero_grad()` belongs before it.
#
# </details>


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


# %% tags=["given"]
class Line(Module):
    """y = w x + b, to try a step on; it begins at w = 1 and b = 0."""

    def __init__(self):
        super().__init__()
        self.w, self.b = Parameter([1.0]), Parameter([0.0])

    def forward(self, x):
        return x * self.w + self.b


# %% nbgrader={"grade_id": "training-step-test", "grade": true, "points": 3}
# Two steps by hand: loss (w x + b - y)^2 at x = 2, y = 0, with a learning rate of 0.1.
line, point = Line(), (tensor([2.0]), tensor([0.0]))
sgd = SGD(line.parameters(), lr=0.1)
loss, norm = training_step(line, sgd, mse_loss, [point])
close([loss, norm], [4.0, 80**0.5], "the pair of loss and norm of the first step")
types = type(loss) is float and type(norm) is float
true(types, "what training_step returns", expected="two floats", hint=".item()")
close([line.w.item(), line.b.item()], [0.2, -0.4], "the pair (w, b) after one step")
loss, norm = training_step(line, sgd, mse_loss, [point])
close(
    [line.w.item(), line.b.item()],
    [0.2, -0.4],
    "the pair (w, b) after two steps (the error is 0 after the first)",
    suspects={"the gradients of the first step are still there": [-0.6, -0.8]},
    atol=1e-6,
)

# %% nbgrader={"grade_id": "training-step-hidden", "grade": true, "points": 4}
# Also graded: clipping and the norm before it, several batches in one step, NaN and infinity.
### BEGIN HIDDEN TESTS
line, point = Line(), (tensor([2.0]), tensor([0.0]))
sgd = SGD(line.parameters(), lr=1.0)
loss, norm = training_step(line, sgd, mse_loss, [point], max_grad_norm=0.5)
close(norm, 80**0.5, "the norm of a clipped step", suspects={"the norm after clipping": 0.5})
close(
    [line.w.item(), line.b.item()],
    [1 - 0.5 * 2 / 5**0.5, -0.5 / 5**0.5],
    "the weights after a clipped step",
    suspects={"clipped too late, or not at all": [-7.0, -4.0]},
)
loss, norm = training_step(line, sgd, mse_loss, [point], max_grad_norm=0.0)
close(line.w.item(), 1 - 1 / 5**0.5, "the weight after a step with max_grad_norm=0")
line = Line()
sgd = SGD(line.parameters(), lr=0.1)
pieces = [(tensor([2.0]), tensor([0.0])), (tensor([1.0, 3.0]), tensor([1.0, 2.0]))]
loss, norm = training_step(line, sgd, mse_loss, pieces)
close(loss, 5 / 3, "the loss of a step on two batches")
close(
    [line.w.item(), line.b.item()], [1 - 1.4 / 3, -0.2], "the weights after two batches, one step"
)
for bad, name in ((math.nan, "nan"), (math.inf, "inf")):
    line = Line()
    adam = Adam(line.parameters(), lr=0.1)
    with raises(FloatingPointError, name, f"a step on an input of {bad}"):
        training_step(line, adam, mse_loss, [(tensor([bad]), tensor([0.0]))], max_grad_norm=1.0)
    close([line.w.item(), line.b.item()], [1.0, 0.0], f"the weights after a loss of {bad}")


def steep(output, target):
    return (output * 0).sqrt().sum() * 0 + 1.0  # its value is 1, its slope 0 times infinity


line = Line()
with raises(FloatingPointError, "nan", "a step with a finite loss and a gradient of NaN"):
    training_step(line, SGD(line.parameters(), lr=0.1), steep, [(tensor([1.0]), tensor([0.0]))])
close([line.w.item(), line.b.item()], [1.0, 0.0], "the weights after a gradient of NaN")
### END HIDDEN TESTS

# %% [markdown]
# What clipping is for, on a landscape with a cliff. A recurrent network multiplies by the same
# weight at every step, so its output is like $w^{11}$: flat below 1, a wall above. The same
# start, the same learning rate; left the loss, right the norm of the gradient before clipping.


# %%
class Power(Module):
    """x multiplied by one weight eleven times, as in a recurrent network of eleven steps."""

    def __init__(self):
        super().__init__()
        self.w = Parameter([1.35])

    def forward(self, x):
        for _ in range(11):
            x = x * self.w
        return x


fig, axes = plt.subplots(1, 2, figsize=(8, 2.6), layout="constrained")
for limit, style in ((None, "o-"), (100.0, "-")):
    power, batch = Power(), [(tensor([1.0]), tensor([2.0]))]
    sgd = SGD(power.parameters(), lr=1e-4)
    steps = [training_step(power, sgd, mse_loss, batch, limit) for _ in range(60)]
    for ax, values in zip(axes, zip(*steps, strict=True), strict=True):
        ax.semilogy(values, style, markersize=3, label=f"max_grad_norm={limit}")
axes[0].set(xlabel="step", ylabel="loss")
axes[1].set(xlabel="step", ylabel="norm of the gradient")
axes[0].legend()
plt.show()

# %% [markdown]
# Without clipping the first step throws the weight off the wall onto the flat side, where there is
# hardly a gradient left to move it. Clipped, it walks down the wall and settles at the bottom.
#
# ## 4. Looking without touching
#
# To evaluate is to look: no graph, no dropout, and afterwards everything as it was. "As it was" is
# more than `model.train()`: each module has a mode of its own, and a part of the model may be in
# evaluation already. And the loss function or the data may raise in the middle; also then the modes
# must come back, or the next epoch trains without dropout.
#
# `@contextmanager` makes a `with` block of a function: what stands before `yield` runs at the
# start, what stands after it at the end; an error in the block is raised at the `yield`.
#
# **Exercise 4 · medium · 15 minutes.** Fill in `evaluating`.
#
# <details><summary>the list of modes after an error is wrong</summary>
#
# Lines after `yield` do not run when the block raises, unless they stand in `finally:`.
#
# </details>


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
before = [module.training for module in model.modules()]
with evaluating(model):
    inside = [module.training for module in model.modules()]
    recorded = model(tensor([[1.0, 2.0]])).requires_grad
equal(inside, [False] * 5, "the list of modes inside", hint="nested modules have a mode too")
equal(recorded, False, "whether the output wants gradients")
equal(
    [module.training for module in model.modules()],
    before,
    "the list of modes afterwards",
    suspects={"all are in training": [True] * 5, "all are in evaluation": [False] * 5},
)

# %% nbgrader={"grade_id": "evaluating-hidden", "grade": true, "points": 3}
# Also graded: errors inside, a model in evaluation, blocks in blocks, recording afterwards.
### BEGIN HIDDEN TESTS
model = Sequential(Linear(2, 2), Sequential(Dropout(0.5), Dropout(0.5)))
model[1][0].eval()
before = [module.training for module in model.modules()]
with raises(LookupError, "in the middle", "an error inside the block"), evaluating(model):
    raise LookupError("in the middle")
equal([module.training for module in model.modules()], before, "the list of modes after an error")
true(is_grad_enabled(), "whether gradients are recorded after an error")
with no_grad():
    with evaluating(model), evaluating(model):
        true(not model.training, "the mode inside two blocks", expected="evaluation")
    true(not is_grad_enabled(), "recording after a block inside no_grad", expected="still off")
equal([module.training for module in model.modules()], before, "the modes after two blocks")
model.eval()
with evaluating(model):
    pass
equal([m.training for m in model.modules()], [False] * 5, "the modes of a model in evaluation")
### END HIDDEN TESTS

# %% [markdown]
# ## 5. What an epoch was like
#
# The loss of an epoch is the mean over its *samples*. The last step does not stand for it, and the
# mean over batches is not it either: a last batch of 4 samples would count as much as one of 64.
#
# **Exercise 5 · easy · 10 minutes.** Fill in `weighted_mean`.
#
# <details><summary>it looks like: every value counts the same</summary>
#
# Multiply each value by its count, add up, and divide by all counts together.
#
# </details>


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
close(
    weighted_mean([1.0, 2.0, 10.0], [64, 64, 4]),
    232 / 132,
    "the mean",
    suspects={"every value counts the same": 13 / 3, "the last value": 10.0, "a sum": 232.0},
)

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


# %% tags=["given"]
#| export
class History:
    """One row an epoch: a dict of epoch, loss, validation, learning rate and more.

    `history["loss"]` is a column, with None where an epoch has no such value.
    """

    def __init__(self, rows=()):
        self.rows = [dict(row) for row in rows]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> list:
        if name not in self.columns:
            known = ", ".join(self.columns) or "none yet"
            raise KeyError(f"the history has no column {name!r}: it has {known}")
        return [row.get(name) for row in self.rows]

    @property
    def columns(self) -> list[str]:
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def to_csv(self, path) -> None:
        """Save as a table that a spreadsheet can read: a line of names, then one an epoch."""
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, self.columns)
            writer.writeheader()
            writer.writerows(self.rows)

    def plot(self, axes=None):
        """Draw losses, metrics, learning rate and gradient norm over the epochs; needs matplotlib.

        Returns: the axes, one for each of the four that there is something to draw for.
        """
        try:
            import matplotlib.pyplot as plt
        except ImportError:
            raise ImportError("History.plot needs matplotlib: pip install matplotlib") from None
        panels = self.panels()
        if axes is None:
            size = (3.2 * len(panels), 2.6)
            axes = plt.subplots(1, len(panels), figsize=size, layout="constrained", squeeze=False)
            axes = axes[1][0]
        for ax, (title, names) in zip(axes, panels.items(), strict=True):
            for name in names:
                values = [math.nan if value is None else value for value in self[name]]
                ax.plot(self["epoch"], values, marker=".", label=name)
            ax.set(xlabel="epoch", ylabel=title)
            ax.xaxis.get_major_locator().set_params(integer=True)
            ax.legend(fontsize="small")
        return axes

    def panels(self) -> dict[str, list[str]]:
        """{what an axis shows: the columns in it}."""
        if not self.rows:
            raise ValueError("the history is empty: call fit first")
        alone = {"lr": "learning rate", "grad_norm": "gradient norm"}
        names = [name for name in self.columns if name not in ("epoch", "seconds")]
        losses = [name for name in names if name.endswith("loss")]
        metrics = [name for name in names if name not in losses and name not in alone]
        panels = {"loss": losses} | ({"metrics": metrics} if metrics else {})
        return panels | {title: [name] for name, title in alone.items() if name in names}


class Callback:
    """What a Trainer calls on the way; a subclass defines what it needs."""

    def on_step_end(self, trainer) -> None:
        """Called after each update; `trainer.steps[-1]` says how it went."""

    def on_epoch_end(self, trainer, row: dict) -> None:
        """Called after each epoch with its row of the history."""

    def state_dict(self) -> dict:
        """What a checkpoint must hold for this callback to go on exactly."""
        return {}

    def load_state_dict(self, state: dict) -> None:
        """Take what `state_dict` gave."""


# %% [markdown]
# ## 6. When to stop
#
# At some point the training loss still falls, but the validation loss does not: the network learns
# its examples by heart. *Early stopping* waits a while, since the curve is noisy, and then stops.
# The decision takes three numbers: the best value so far, by how much one must be better to count,
# and for how many epochs in a row there has been no better one.
#
# **Exercise 6 · medium · 15 minutes.** Fill in `EarlyStopping.update`.
#
# <details><summary>it looks like: compared with the last value</summary>
#
# A value that is a little better than the last one may still be worse than the best one.
#
# </details>


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
equal(
    [stopping.update(value) for value in (5.0, 4.0, 3.0, 3.5, 3.2, 3.1, 3.05)],
    [False] * 5 + [True] * 2,
    "the list of decisions",
    suspects={
        "compared with the last value": [False] * 7,
        "one epoch too late": [False] * 6 + [True],
        "one epoch too early": [False] * 4 + [True] * 3,
    },
)
equal([stopping.best, stopping.waited], [3.0, 4], "the pair of best and waited")

# %% nbgrader={"grade_id": "early-stopping-hidden", "grade": true, "points": 3}
# Also graded: mode="max", min_delta, a value better in between, equal values, NaN.
### BEGIN HIDDEN TESTS


def decisions(values, **settings):
    stopping = EarlyStopping(**settings)
    return [stopping.update(value) for value in values], stopping.best


equal(
    decisions([0.5, 0.6, 0.55, 0.7, 0.65, 0.6], patience=2, mode="max"),
    ([False] * 5 + [True], 0.7),
    "an accuracy that rises in between",
)
equal(
    decisions([1.0, 0.95, 0.92, 0.85], patience=3, min_delta=0.1),
    ([False] * 4, 0.85),
    "small gains that add up to more than min_delta",
)
equal(
    decisions([1.0, 0.95, 0.92], patience=2, min_delta=0.1),
    ([False, False, True], 1.0),
    "gains smaller than min_delta",
)
equal(
    decisions([1.0, 0.75, 0.5], patience=2, min_delta=0.25),
    ([False, False, False], 0.5),
    "a gain of exactly min_delta, then twice that",
)
equal(decisions([2.0, 2.0], patience=1), ([False, True], 2.0), "the same value again")
equal(decisions([-1.0, -2.0, 0.0], patience=1), ([False, False, True], -2.0), "negative values")
equal(decisions([0.0, 1.0], patience=1), ([False, True], 0.0), "a best value of 0")
equal(
    decisions([math.nan, 2.0, math.nan, math.nan], patience=2),
    ([False, False, False, True], 2.0),
    "a value of NaN",
)
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
#
# <details><summary>the number of bytes that fsync sees is wrong</summary>
#
# `write` fills a buffer in Python first; `flush()` comes before `fsync`.
#
# </details>


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


# %% tags=["given"]
@contextmanager
def watched_disk(path, fail=""):
    """Note what the file at `path` holds whenever os.fsync or os.replace is called.

    Gives a list of (call, content of the file, size of the other one); `fail` makes a call fail.
    """
    calls, kept = [], (os.fsync, os.replace)

    def note(name, size):
        calls.append((name, path.read_bytes() if path.exists() else None, size))
        if name == fail:
            raise OSError(f"{name}: the disk is full")

    def fsync(file):
        descriptor = file if isinstance(file, int) else file.fileno()
        note("fsync", os.fstat(descriptor).st_size)
        return kept[0](descriptor)

    def replace(source, target):
        note("replace", os.path.getsize(source))
        return kept[1](source, target)

    os.fsync, os.replace = fsync, replace
    try:
        yield calls
    finally:
        os.fsync, os.replace = kept


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
    (Path(folder) / "run.npz.tmp").write_bytes(
        b"left behind by a crash, and longer than the new one"
    )
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


# %% tags=["given"]
#| export
FORMAT, VERSION = "tinytorch checkpoint", 1


def pack(value, arrays: dict, place: str = "state"):
    """`value` in terms of JSON; the arrays in it go to `arrays`, and their names into the JSON.

    JSON has neither tuples nor keys that are numbers, so every container is a pair of its kind and
    its contents.
    Raises: TypeError naming the place of a value that cannot be kept.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value.item() if isinstance(value, np.generic) else value
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        return value.item()
    if isinstance(value, dict):
        pairs = [
            [pack(key, arrays, f"{place}, key"), pack(item, arrays, f"{place}[{key!r}]")]
            for key, item in value.items()
        ]
        return ["dict", pairs]
    if isinstance(value, (list, tuple)):
        items = [pack(item, arrays, f"{place}[{i}]") for i, item in enumerate(value)]
        return ["tuple" if isinstance(value, tuple) else "list", items]
    array = value.array if isinstance(value, Tensor) else value
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf":
        raise TypeError(f"a checkpoint cannot hold {place}, which is a {type(value).__name__}")
    name = f"array{len(arrays)}"
    arrays[name] = array
    return ["tensor" if isinstance(value, Tensor) else "array", name]


def unpack(value, arrays):
    """What `pack` was given."""
    if not isinstance(value, list):
        return value
    kind, content = value
    if kind == "dict":
        return {unpack(key, arrays): unpack(item, arrays) for key, item in content}
    if kind in ("tuple", "list"):
        items = [unpack(item, arrays) for item in content]
        return tuple(items) if kind == "tuple" else items
    if kind not in ("tensor", "array"):
        raise ValueError(f"it holds something of the unknown kind {kind!r}")
    return Tensor(arrays[content]) if kind == "tensor" else arrays[content]


def save_checkpoint(path, state) -> None:
    """Save nested dicts, lists and tuples of tensors, arrays, numbers and strings, atomically."""
    arrays = {}
    head = {"format": FORMAT, "version": VERSION, "state": pack(state, arrays)}
    text = np.frombuffer(json.dumps(head).encode(), np.uint8)
    content = io.BytesIO()
    np.savez(content, json=text, **arrays)
    write_atomically(path, content.getvalue())


def load_checkpoint(path):
    """The state that `save_checkpoint` saved at `path`, equal to the bit; no code in it is run.

    Raises: ValueError naming the file, if it is damaged, of another kind, or of a newer version.
    """
    content = Path(path).read_bytes()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
            head = json.loads(arrays.pop("json").tobytes()) if "json" in arrays else {}
    except Exception as error:  # noqa: BLE001 - damage makes the readers of zip and npy raise anything
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise ValueError(
            f"{path} is damaged, or is no checkpoint ({reason}): use an older one"
        ) from None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise ValueError(f"{path} is an archive, but no checkpoint of tinytorch")
    version = head.get("version")
    if version != VERSION:
        raise ValueError(
            f"{path} is a checkpoint of version {version!r}, this tinytorch reads up to "
            f"version {VERSION}: update tinytorch"
        )
    try:
        return unpack(head["state"], arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is damaged ({type(error).__name__}: {error})") from None


def generators_of(*loaders) -> list:
    """The sources of random numbers a run draws from: the default one, and those in the loaders."""
    found = [default_generator]
    for loader in loaders:
        parts = [loader, *(getattr(loader, name, None) for name in ("dataset", "collate_fn"))]
        for name in ("batch_sampler", "sampler"):
            part = getattr(loader, name, None)
            parts += [part, getattr(part, "sampler", None)]
        for part in parts:
            generator = getattr(part, "generator", None)
            if hasattr(generator, "get_state") and all(generator is not one for one in found):
                found.append(generator)
    return found


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


# %% tags=["given"]
#| export
class PlainProgress:
    """Progress without tqdm: a line that is rewritten in a terminal, or one line at the end."""

    def __init__(self, total, desc: str, file=None):
        self.total, self.desc, self.file = total, desc, file
        self.count, self.text, self.shown = 0, "", 0.0

    def update(self, n: int = 1) -> None:
        self.count += n
        now = time.monotonic()
        if self.file is not None and self.file.isatty() and now - self.shown > 0.1:
            self.shown = now
            self.file.write(f"\r{self}")
            self.file.flush()

    def set_postfix_str(self, text: str, refresh: bool = True) -> None:
        self.text = text

    def close(self) -> None:
        if self.file is not None:
            self.file.write(f"\r{self}\n" if self.file.isatty() else f"{self}\n")
            self.file.flush()

    def __str__(self):
        return f"{self.desc} [{self.count}/{self.total or '?'}] {self.text}"


def progress_bar(total, desc: str, shown: bool, done: int = 0):
    """A bar with update, set_postfix_str and close: tqdm's where it is installed."""
    if not shown:
        bar = PlainProgress(total, desc)
    else:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            bar = PlainProgress(total, desc, sys.stdout)
        else:
            with warnings.catch_warnings():  # about widgets that are not installed
                warnings.simplefilter("ignore")
                return tqdm(total=total, desc=desc, initial=done, file=sys.stdout)
    bar.count = done
    return bar


def length_of(loader) -> int | None:
    """How many batches a loader has, where it knows."""
    try:
        return len(loader)
    except TypeError:
        return None


def first_bad_operation(model, loss_fn, batches: list) -> str:
    """Which operation made the first NaN or infinity: the batches run again, and are watched."""
    model.zero_grad()
    try:
        with detect_anomaly():
            accumulate(model, loss_fn, batches)
    except RuntimeError as error:
        return str(error)
    finally:
        model.zero_grad()
    return "every operation was finite by itself: their sum was too large"


class Trainer:
    """Trains a model: epochs of steps, each from `accumulation_steps` batches.

    loss_fn(output, target): the mean loss of a batch. scheduler: stepped after every epoch or every
    step, as `schedule_per` says. max_grad_norm: clips the joint norm of all gradients.
    metrics: {name: function(output, target) -> mean over the batch}, for evaluation.
    callbacks: called after each step and epoch; see Callback. progress: show a bar each epoch.
    """

    def __init__(
        self,
        model,
        optimizer,
        loss_fn,
        scheduler=None,
        schedule_per: str = "epoch",
        max_grad_norm: float | None = None,
        accumulation_steps: int = 1,
        callbacks=(),
        *,
        metrics=None,
        progress: bool = True,
    ):
        if schedule_per not in ("epoch", "step"):
            raise ValueError(f"schedule_per is 'epoch' or 'step', not {schedule_per!r}")
        if type(accumulation_steps) is not int or accumulation_steps < 1:
            raise ValueError(
                f"accumulation_steps is a positive whole number, not {accumulation_steps!r}"
            )
        if max_grad_norm is not None and not max_grad_norm >= 0:
            raise ValueError(f"max_grad_norm is None or a number from 0, not {max_grad_norm!r}")
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.scheduler, self.schedule_per = scheduler, schedule_per
        self.max_grad_norm, self.accumulation_steps = max_grad_norm, accumulation_steps
        # A checkpoint must hold what the other callbacks have decided, so it comes last.
        self.callbacks = sorted(callbacks, key=lambda one: isinstance(one, Checkpoint))
        self.metrics, self.progress = dict(metrics or {}), progress
        self.history, self.epoch, self.should_stop = History(), 0, False
        self.steps = []  # of this epoch, one a step: loss, samples, gradient norm, learning rate
        self.position, self.seconds = 0, 0.0  # batches and seconds of this epoch
        self.generators, self._start, self._now = generators_of(), None, None

    @property
    def lr(self) -> float:
        """The learning rate of the optimizer's first group."""
        return self.optimizer.param_groups[0]["lr"]

    def fit(self, loader, epochs: int, val_loader=None) -> History:
        """Train until `epochs` epochs are done, counted from the start of the run.

        Each epoch begins by putting the whole model into training.
        loader: gives batches of inputs and targets, and a new order each time it is looped over.
        val_loader: evaluated after each epoch; its values are in the history as val_loss and so on.
        Raises: FloatingPointError naming the first operation, where a loss or gradient is NaN or
        infinite; weights and buffers are then those before that step.
        """
        self.generators = generators_of(loader, val_loader)
        while self.epoch < epochs and not self.should_stop:
            self.model.train()
            batches = self._begin_epoch(loader)
            name = f"epoch {self.epoch + 1}/{epochs}"
            bar = progress_bar(length_of(loader), name, self.progress, self.position)
            try:
                self._train_epoch(batches, bar)
                row = self._end_epoch(val_loader)
                bar.set_postfix_str(shown_row(row))
            finally:
                bar.close()
            for callback in self.callbacks:
                callback.on_epoch_end(self, row)
        return self.history

    def _begin_epoch(self, loader):
        """The batches of this epoch that are still to come."""
        now = self._now or self._random_state()
        self._now = None
        if self.position == 0:
            self._set_random_state(now)
            self._start = now
            return iter(loader)
        self._set_random_state(self._start)
        batches = iter(loader)
        passed = sum(1 for _ in islice(batches, self.position))
        if passed < self.position:
            raise ValueError(
                f"the run stopped after {self.position} batches of an epoch, but the loader gives "
                f"only {passed}: resume with the loader it was started with"
            )
        self._set_random_state(now, but=generators_of(loader)[1:])  # threads may have drawn ahead
        return batches

    def _train_epoch(self, batches, bar) -> None:
        begun = time.perf_counter() - self.seconds
        while group := list(islice(batches, self.accumulation_steps)):
            self._train_step(group)
            self.position += len(group)
            self.seconds = time.perf_counter() - begun
            bar.set_postfix_str(f"loss {self.steps[-1][0]:.4g}", refresh=False)
            bar.update(len(group))
            for callback in self.callbacks:
                callback.on_step_end(self)
        if not self.steps:
            raise ValueError("the loader gave no batches: is the dataset empty, or drop_last set?")

    def _train_step(self, group: list) -> None:
        lr, random = self.lr, default_generator.get_state()
        buffers = [(buffer, buffer.numpy().copy()) for buffer in self.model.buffers()]
        try:
            loss, norm = training_step(
                self.model, self.optimizer, self.loss_fn, group, self.max_grad_norm
            )
        except FloatingPointError as error:
            default_generator.set_state(random)  # the same dropout again
            reason = first_bad_operation(self.model, self.loss_fn, group)
            with no_grad():  # running statistics are poisoned by a NaN, too
                for buffer, kept in buffers:
                    buffer.copy_(kept)
            where = f"epoch {self.epoch + 1}, step {len(self.steps) + 1}"
            raise FloatingPointError(f"{where}: {error}; {reason}") from None
        self.steps.append([loss, sum(samples(batch) for batch in group), norm, lr])
        if self.scheduler is not None and self.schedule_per == "step":
            self.scheduler.step()

    def _end_epoch(self, val_loader) -> dict:
        """Close the epoch: its row, the schedule, and everything ready for the next one."""
        losses, counts, norms, rates = zip(*self.steps, strict=True)
        row = {"epoch": self.epoch + 1, "loss": weighted_mean(losses, counts)}
        if val_loader is not None:
            row |= {f"val_{name}": value for name, value in self.evaluate(val_loader).items()}
        row |= {"lr": rates[-1], "grad_norm": sum(norms) / len(norms), "seconds": self.seconds}
        if self.scheduler is not None and self.schedule_per == "epoch":
            self.scheduler.step()
        self.history.rows.append(row)
        self.epoch, self.position, self.seconds, self.steps = self.epoch + 1, 0, 0.0, []
        return row

    def evaluate(self, loader) -> dict:
        """{"loss": mean over all samples, and each metric}; nothing about the model changes."""
        values, counts = [], []
        with evaluating(self.model):
            for batch in loader:
                inputs, targets = parts_of(batch)
                output = self.model(*inputs)
                measures = [self.loss_fn, *self.metrics.values()]
                values.append([as_float(measure(output, targets)) for measure in measures])
                counts.append(samples(batch))
        if not values:
            raise ValueError("the loader gave no batches to evaluate")
        columns = zip(*values, strict=True)
        names = ["loss", *self.metrics]
        return {
            name: weighted_mean(column, counts) for name, column in zip(names, columns, strict=True)
        }

    def predict(self, inputs) -> Tensor:
        """The outputs for a tensor, or for all batches of a loader, in order."""
        with evaluating(self.model):
            if isinstance(inputs, Tensor):
                return self.model(inputs)
            outputs = []
            for batch in inputs:
                alone = isinstance(batch, Tensor) or len(batch) == 1
                given = [batch] if isinstance(batch, Tensor) else batch
                outputs.append(self.model(*(given if alone else parts_of(given)[0])))
            if not outputs:
                raise ValueError("the loader gave no batches to predict")
            return cat(outputs)

    # Checkpoints.
    def _random_state(self) -> list:
        return [generator.get_state() for generator in self.generators]

    def _set_random_state(self, states: list, but=()) -> None:
        if len(states) != len(self.generators):
            raise ValueError(
                f"the checkpoint holds {len(states)} random states, but {len(self.generators)} "
                "generators are in use: resume with the loaders the run was started with"
            )
        for generator, state in zip(self.generators, states, strict=True):
            if not any(generator is other for other in but):
                generator.set_state(state)

    def state_dict(self) -> dict:
        """Everything a run needs to go on from here as if it had not stopped."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scheduler": None if self.scheduler is None else self.scheduler.state_dict(),
            "callbacks": [callback.state_dict() for callback in self.callbacks],
            "history": self.history.rows,
            "epoch": self.epoch,
            "should_stop": self.should_stop,
            "position": self.position,
            "steps": self.steps,
            "seconds": self.seconds,
            "random_now": self._now or self._random_state(),
            "random_at_epoch_start": self._start,
        }

    def load_state_dict(self, state: dict) -> None:
        """Take over what `state_dict` gave; `fit` goes on from there.

        Raises: ValueError if the run had a scheduler or callbacks that this trainer has not.
        """
        if (state["scheduler"] is None) != (self.scheduler is None):
            here, there = ("a", "none") if self.scheduler is not None else ("no", "one")
            raise ValueError(f"this trainer has {here} scheduler, the checkpoint has {there}")
        if len(state["callbacks"]) != len(self.callbacks):
            raise ValueError(
                f"the checkpoint is of a trainer with {len(state['callbacks'])} callbacks, this "
                f"one has {len(self.callbacks)}: make it as the first one was made"
            )
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.scheduler is not None:
            self.scheduler.load_state_dict(state["scheduler"])
        for callback, kept in zip(self.callbacks, state["callbacks"], strict=True):
            callback.load_state_dict(kept)
        self.history = History(state["history"])
        self.epoch, self.should_stop = state["epoch"], state["should_stop"]
        self.position, self.seconds = state["position"], state["seconds"]
        self.steps = [list(step) for step in state["steps"]]
        self._now, self._start = state["random_now"], state["random_at_epoch_start"]

    def save(self, path) -> None:
        """Write a checkpoint; see save_checkpoint."""
        save_checkpoint(path, self.state_dict())

    def load(self, path) -> None:
        """Go on from a checkpoint: then call `fit` as at the start of the run."""
        try:
            self.load_state_dict(load_checkpoint(path))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path} holds no state of a Trainer ({error!r})") from None


def as_float(value) -> float:
    """A number out of a tensor, an array or a number."""
    return float(value.item() if hasattr(value, "item") else value)


def shown_row(row: dict) -> str:
    """The loss and what was measured in validation, for the bar."""
    names = [name for name in row if name == "loss" or name.startswith("val_")]
    return ", ".join(f"{name} {row[name]:.4g}" for name in names)


class Checkpoint(Callback):
    """Save the run to `path` after each epoch and, if given, every `every_steps` steps of it."""

    def __init__(self, path, every_steps: int | None = None):
        self.path, self.every_steps = path, every_steps

    def on_step_end(self, trainer) -> None:
        if self.every_steps and len(trainer.steps) % self.every_steps == 0:
            trainer.save(self.path)

    def on_epoch_end(self, trainer, row: dict) -> None:
        trainer.save(self.path)


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


# %%
class Stop(Callback):
    """Break the run off after some steps, as a power cut would."""

    def __init__(self, after):
        self.after = after

    def on_step_end(self, trainer):
        self.after -= 1
        if self.after == 0:
            raise KeyboardInterrupt


class Curve(Callback):
    """Keep the loss of every step."""

    def __init__(self):
        self.losses = []

    def on_step_end(self, trainer):
        self.losses.append(trainer.steps[-1][0])


train_images, train_labels, test_images, test_labels = digits()
small = TensorDataset(tensor(train_images[:640]), tensor(train_labels[:640]))


def digit_trainer(seed, *callbacks):
    """A small network with dropout, a schedule and a loader of its own order."""
    manual_seed(seed)
    model = Sequential(Flatten(), Linear(64, 32), ReLU(), Dropout(0.2), Linear(32, 10))
    adam = Adam(model.parameters(), lr=0.01)
    schedule = CosineAnnealingLR(adam, T_max=60)
    trainer = Trainer(
        model, adam, cross_entropy, schedule, "step", callbacks=callbacks, progress=False
    )
    return trainer, DataLoader(small, batch_size=32, shuffle=True)


with tempfile.TemporaryDirectory() as folder:
    whole, part, rest = Curve(), Curve(), Curve()
    trainer, loader = digit_trainer(0, whole, Stop(-1), Checkpoint(f"{folder}/a.npz"))
    trainer.fit(loader, 3)
    one = trainer.model.state_dict()
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
fig, ax = plt.subplots(figsize=(6, 2.4), layout="constrained")
ax.plot(whole.losses, label="in one go")
ax.plot(range(60 - len(rest.losses), 60), rest.losses, "k:", label="resumed from the file")
ax.set(xlabel="step", ylabel="loss of the batch")
ax.legend()
plt.show()

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
#
# <details><summary>it looks like: the biases were forgotten</summary>
#
# A layer from n to m features has n * m weights and m biases.
#
# </details>


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
equal(
    step_memory((64, 100, 10), 32, 2),
    (4 * (3 * 7510 + 2 * 3520), 4 * 4 * 7510),
    "the pair of bytes of a step with Adam",
    suspects={
        "the biases were forgotten": (4 * (3 * 7400 + 2 * 3520), 4 * 4 * 7400),
        "numbers were counted, not bytes": (3 * 7510 + 2 * 3520, 4 * 7510),
        "each output was counted once": (4 * (3 * 7510 + 3520), 4 * 4 * 7510),
        "the input was counted": (4 * (3 * 7510 + 2 * 32 * 174), 4 * 4 * 7510),
        "the last layer's output was counted once": (4 * (3 * 7510 + 2 * 3520 - 320), 4 * 4 * 7510),
        "gradients were counted at the end of forward": (4 * (4 * 7510 + 2 * 3520), 4 * 4 * 7510),
    },
)

# %% nbgrader={"grade_id": "step-memory-hidden", "grade": true, "points": 3}
# Also graded: no slots and one, a single layer, more layers, a batch of one.
### BEGIN HIDDEN TESTS
equal(step_memory((64, 100, 10), 32, 0), (4 * (7510 + 7040), 8 * 7510), "the bytes with SGD")
equal(step_memory((64, 100, 10), 32, 1), (4 * (15020 + 7040), 12 * 7510), "the bytes with momentum")
equal(step_memory((5, 3), 1, 2), (4 * (3 * 18 + 6), 16 * 18), "the bytes of a single layer")
equal(
    step_memory((2, 3, 4, 5), 7, 0),
    (4 * (50 + 2 * 7 * 12), 8 * 50),
    "the bytes of three layers, a batch of 7",
)
### END HIDDEN TESTS


# %%
# Predicted and measured, for batches of several sizes.
def measured(sizes, batch):
    """What `tracemalloc` counts at the two moments of a second step with Adam."""
    x, y = tensor(np.zeros((batch, sizes[0]), "float32")), tensor(np.zeros(batch, "int64"))
    tracemalloc.start()
    try:
        model = Sequential(
            Linear(*sizes[:2]), ReLU(), Linear(*sizes[1:3]), ReLU(), Linear(*sizes[2:])
        )
        adam = Adam(model.parameters())
        training_step(model, adam, cross_entropy, [(x, y)])
        adam.zero_grad()
        loss = cross_entropy(model(x), y)
        forward = tracemalloc.get_traced_memory()[0]
        loss.backward()
        return forward, tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


sizes, batches = (784, 256, 128, 10), (16, 64, 256, 1024)
found = np.array([measured(sizes, batch) for batch in batches])
predicted = np.array([step_memory(sizes, batch, 2) for batch in batches])
assert np.allclose(found, predicted, rtol=0.1), found / predicted
fig, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
for i, name in enumerate(("end of forward", "end of backward")):
    (line,) = ax.plot(batches, predicted[:, i] / 1e6, label=f"{name}, predicted")
    ax.plot(batches, found[:, i] / 1e6, "o", color=line.get_color(), label="measured")
ax.set(xlabel="batch", ylabel="megabytes", ylim=(0, None), xscale="log")
ax.legend(fontsize="small")
plt.show()

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


# %%
class LayerNorms(Callback):
    """Keep the norm of each weight's gradient after each step."""

    def __init__(self):
        self.norms = {}

    def on_step_end(self, trainer):
        for name, p in trainer.model.named_parameters():
            if name.endswith("weight"):
                self.norms.setdefault(name, []).append(np.linalg.norm(p.grad.numpy()))


def accuracy(output, target):
    """The share of images that are recognised."""
    return (output.argmax(dim=1) == target).float().mean()


train_images, train_labels, test_images, test_labels = mnist()
images, labels = tensor(train_images), tensor(train_labels)
learn = DataLoader(TensorDataset(images[:7200], labels[:7200]), 64, True, generator=Generator(0))
aside = DataLoader(TensorDataset(images[7200:], labels[7200:]), 400)
test = DataLoader(TensorDataset(tensor(test_images), tensor(test_labels)), 500)

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

# %%
fig, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
for name, values in norms.norms.items():
    ax.semilogy(np.convolve(values, np.ones(15) / 15, "valid"), label=name)
ax.set(xlabel="step", ylabel="norm, mean of 15 steps")
ax.legend(title="weights of layer")
plt.show()

# %% [markdown]
# ## Reflection
#
# Early stopping watched digits kept aside, not the test digits. What would the test accuracy be
# worth if it had watched those? And whose choice, besides that of the epoch, should not look at
# them either?

# %% [markdown]
# *Your answer here.*
