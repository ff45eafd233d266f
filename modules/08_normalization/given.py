"""What module 08 gives ready-made, in sections that normalization.py puts in place."""

# %% given: imports "what the module needs: NumPy, gradients, modules and tensors"
#| default_exp core.normalization
#| export
import math
from contextlib import suppress

import numpy as np

from tinytorch.core.autograd import VJPS
from tinytorch.core.layers import Module, Parameter
from tinytorch.core.tensor import Op, Tensor, grad_mode, ones, tensor, zeros
from tinytorch.lib.layer_checks import check_input, check_number, check_size, check_switch
from tinytorch.lib.modules import placed
from tinytorch.lib.norms import channels_of, long_rows, rows_of, shaped, sizes_of
from tinytorch.lib.sums import total


# %% given: notebook-imports "what only this notebook needs: figures, digits, checks and layers"
import itertools
from functools import partial

import matplotlib.pyplot as plt

from tinytorch.core.autograd import no_grad
from tinytorch.core.layers import Identity, Linear, ReLU, Sequential, kaiming_normal_, relu
from tinytorch.core.losses import cross_entropy
from tinytorch.core.tensor import manual_seed, randn
from tinytorch_data import digits
from tito.checks import close, equal, raises, true


# %% given: tests "for the tests: MISTAKES and what they give; check, unchanged, slope, ..."
MISTAKES = {  # 1e400 is infinite
    "fused": {
        "numbers, not bytes": 1010,
        "the inverse is missing": 4000,
        "eight bytes per number, as in float64": 8080,
    },
    "composed": {
        "numbers, not bytes": 3040,
        "one of the columns is missing": 12120,
        "the columns are missing": 12000,
        "the last operation's result is missing": 8160,
        "the input was counted": 16160,
        "all seven results were counted as tables, but four are columns": 28000,
    },
    "views": {
        "channels per group, not groups": (8, 3, 20),
        "the length is missing": (8, 2, 3),
        "every group got the values of all channels": (8, 2, 60),
        "sizes are whole numbers: divide with //": (8, 2, 30.0),
        "only the first of the dimensions after the channels counts": (2, 2, 6),
    },
    "the mean of each row": {
        "that is the mean of each column": [1.5, 2.5, 3.5, 4.5],
        "the dimension is gone: keep it": [4, 2],
    },
    "the variance of each row": {
        "divided by n - 1": [[20 / 3], [0]],
        "the mean was not subtracted first": [[21], [4]],
        "the standard deviation, not its square": [[5**0.5], [0]],
        "the dimension is gone: keep it": [5, 0],
    },
    "the inverse deviation of each row": {
        "eps is outside the root": [[1 / (5**0.5 + 4)], [1 / 4]],
        "that is the root: its inverse is asked for": [[3], [2]],
        "eps is missing": [[5**-0.5], [1e400]],
        "the root is missing": [[1 / 9], [1 / 4]],
    },
    "the normalized rows": {
        "the mean was not subtracted": [[1 / 3, 1, 5 / 3, 7 / 3], [1, 1, 1, 1]],
        "not divided": [[-3, -1, 1, 3], [0, 0, 0, 0]],
    },
    "the gradient of four values": {
        "the mean and the deviation were taken for constants": [[1 / 3, 0, 2 / 3, 5 / 3]],
        "the deviation was taken for a constant": [[-1 / 3, -2 / 3, 0, 1]],
        "the mean was taken for a constant": [[13 / 18, 7 / 54, 29 / 54, 23 / 18]],
        "the inverse deviation is missing": [[1 / 6, -29 / 18, -7 / 18, 11 / 6]],
        "sums in place of averages": [[-7 / 9, -58 / 27, -68 / 27, -23 / 9]],
        "the third term lacks the value's own normed": [[-13 / 18, -19 / 18, -7 / 18, 11 / 18]],
    },
    "the gradient of normed": {
        "the weight is missing: the chain rule multiplies by it": [[1, 2, 3], [0.5, -1, 4]],
        "multiplied by normed": [[1, 0, -3], [-1, -3, 4]],
    },
    "the gradient of the weight": {
        "g was summed, without normed": [1.5, 1, 7],
        "averaged, not added up": [0, -1.5, 0.5],
        "summed over the features, not over the rows": [-2, 0],
        "the dimension of the rows is still there": [[0, -3, 1]],
        "one sum of everything": -2,
    },
    "the gradient of the bias": {
        "averaged, not added up": [0.75, 0.5, 3.5],
        "summed over the features, not over the rows": [6, 3.5],
        "one sum of everything": 9.5,
    },
    "the running mean": {
        "the wrong way round: m is the share of the new": [3, 2],
        "nothing happened": [0, 8],
        "added without taking away: the old keeps the share 1 - m": [1, 8],
        "the mean was corrected too: only the variance is": [1.25, 6],
    },
    "the running variance": {
        "the variance was not corrected: times count / (count - 1)": [2.5, 6.5],
        "corrected the wrong way: count / (count - 1) is above 1": [2.3, 6.1],
        "the wrong way round: m is the share of the new": [4.25, 9],
        "divided once more: var times count is the sum of squares": [1.75, 5],
        "nothing happened": [2, 6],
    },
    "the scale": {
        "the weight is missing": [1 / 3, 1 / 2],
        "the root is missing": [6 / 9, 1 / 4],
        "eps is outside the root": [6 / (5**0.5 + 4), 1 / 4],
        "eps is missing": [6 / 5**0.5, 1e400],
    },
    "the shift": {
        "the bias is missing": [-2, 1],
        "the mean was added, not subtracted": [12, 19],
        "the mean was neither divided nor weighted": [9, 22],
        "the mean was divided, but not weighted": [10 - 1 / 3, 21],
    },
    "the inverse of the root mean square": {
        "the mean was subtracted: RMS norm leaves it": [[6.75**-0.5]],
        "eps is outside the root": [[1 / (5**0.5 + 4)]],
        "eps is missing": [[5**-0.5]],
        "the sum of the squares, not their mean": [[24**-0.5]],
        "that is the root: its inverse is asked for": [[3]],
    },
    "the normalized row": {"the mean was subtracted": [[-1 / 6, 1 / 2, -5 / 6, 1 / 2]]},
    "the gradient of the row": {
        "the root was taken for a constant": [[1, 0, -2, 3]],
        "the inverse is missing": [[2, -3, -5, 6]],
        "the mean's term of the layer norm rule": [[1 / 6, -1.5, -13 / 6, 1.5]],
    },
}


def check(actual, expected, what: str) -> None:
    """`close`, with what MISTAKES says about `what`."""
    close(actual, expected, what, suspects=MISTAKES[what])


def unchanged(call, **arrays: np.ndarray):
    """What `call(**arrays)` returns, after a check that it left the arrays as they were."""
    copies = {name: array.copy() for name, array in arrays.items()}
    result = call(**arrays)
    for name, array in arrays.items():
        close(array, copies[name], f"{name} after the call", hint="make an array of your own")
    return result


def in_order(rule):
    """`rule` with its arguments in order, whatever their names are."""
    return lambda **arrays: rule(*arrays.values())


def normed_of(x: np.ndarray, dims: tuple, eps: float) -> tuple:
    """(normed, inverse) of `x` along `dims`, by NumPy's mean and var."""
    inverse = 1 / np.sqrt(x.var(axis=dims, keepdims=True) + eps)
    return (x - x.mean(axis=dims, keepdims=True)) * inverse, inverse


def rms_of(x: np.ndarray, eps: float) -> tuple:
    """(normed, inverse) of the rows of `x`, divided by their root mean square."""
    inverse = 1 / np.sqrt((x * x).mean(1, keepdims=True) + eps)
    return x * inverse, inverse


def slope(f, x: np.ndarray, g: np.ndarray, *args) -> np.ndarray:
    """The gradient of x if `g` is that of `f(x, *args)[0]`, measured by small steps both ways."""
    found = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = 1e-6
        found[place] = ((f(x + step, *args)[0] - f(x - step, *args)[0]) * g).sum() / 2e-6
    return found


def statistics(x: np.ndarray) -> tuple:
    """(count, mean, var) of the values of `x`."""
    return len(x), x.mean(), x.var()


# %% given: deep "deep: fifty layers in a row; spreads: what each of them hands on"
def deep(depth, factor, norm=None, width=64):
    """Layers of `width` units: linear (weights scaled by `factor`), `norm` if given, ReLU."""
    manual_seed(0)
    parts = []
    for _ in range(depth):
        linear = Linear(width, width)
        kaiming_normal_(linear.weight, nonlinearity="relu")
        with no_grad():
            linear.weight *= factor
            linear.bias *= 0
        parts += [linear, *([norm(width)] if norm else []), ReLU()]
    return Sequential(*parts)


def spreads(model, x):
    """The standard deviation of what each ReLU of `model` hands on."""
    found = []
    with no_grad():
        for layer in model:
            x = layer(x)
            if isinstance(layer, ReLU):
                found.append(x.std().item())
    return found


# %% given: trouble "the figure: the spread after each layer, for weights scaled by three factors"
manual_seed(1)
examples = randn(256, 64)
fig, ax = plt.subplots(figsize=(5.5, 2.8), layout="constrained")
lines = {factor: spreads(deep(50, factor), examples) for factor in (0.8, 1.0, 1.2)}
for factor, line in lines.items():
    ax.semilogy(range(1, 51), line, label=f"weights x {factor}")
    print(f"weights x {factor}: from {line[0]:.2f} after layer 1 to {line[-1]:.1e} after layer 50")
ax.set(xlabel="layer", ylabel="spread of its output")
ax.legend()
plt.show()
assert lines[0.8][-1] < 1e-5 * lines[0.8][0], "weights x 0.8 should lose a factor of 100,000"
assert lines[1.2][-1] > 1e3 * lines[1.2][0], "weights x 1.2 should gain a factor of 1,000"


# %% given: average "average: along dimensions that stay, of one array or of a product"
#| export
def average(dims: tuple, *arrays: np.ndarray) -> np.ndarray:
    """The mean of an array, or of the product of two, along `dims`, which stay with size 1.

    dims: from 0 on. `total(dims, *arrays)` is the sum.
    """
    sums = total(dims, *arrays)
    return sums / max(arrays[0].size // max(sums.size, 1), 1)


# %% given: along-dim-1 "along_dim_1: a weight shaped to run along dimension 1"
#| export
def along_dim_1(weight: np.ndarray, ndim: int) -> np.ndarray:
    """`weight` (c,) as (c,) for a table of two dimensions, and as (c, 1) for one of three."""
    return weight.reshape(-1, *[1] * (ndim - 2))


# %% given: layer-norm "norm_forward and norm_rules, from your parts; layer_norm"
#| export
@long_rows
def norm_forward(x, weight=None, bias=None, *, view, dims, table, eps, running=()):
    """`normalize`, times the weight, plus the bias; and what the rules read.

    running: (mean, var, momentum) to be updated by the statistics of `x`, or nothing.
    """
    normed, mean, var, inverse = normalize(x.reshape(view), dims, eps)
    if running and x.size:
        count = math.prod(view[d] for d in dims)
        update_running(*running[:2], mean.reshape(-1), var.reshape(-1), count, running[2])  # (c,)
    out = normed = normed.reshape(table)  # (n, c) or (n, c, l)
    if weight is not None:
        out = normed * along_dim_1(weight, len(table))
    if bias is not None:
        out += along_dim_1(bias, len(table))
    return out.reshape(x.shape), (normed, inverse)


def norm_rules() -> tuple:
    """The rules of `norm_forward`, made of yours."""
    for_normed, for_weight, for_bias = affine_rules()

    @long_rows
    def rule_x(g, saved, x, weight=None, bias=None, *, view, dims, table, **_):
        normed, inverse = saved
        if weight is not None and view == table and 1 not in dims:
            inverse = inverse * along_dim_1(weight, len(table))  # batch norm: one weight per group
        elif weight is not None:
            g = for_normed(g.reshape(table), normed, weight)
        part = normalize_rule(g.reshape(view), normed.reshape(view), inverse, dims)
        return shaped(part, x.shape)

    def rule_weight(g, saved, x, weight, bias=None, *, table, **_):
        return for_weight(g.reshape(table), saved[0], weight).reshape(weight.shape)

    def rule_bias(g, saved, x, weight, bias, *, table, **_):
        return for_bias(g.reshape(table), saved[0], weight).reshape(bias.shape)

    return rule_x, rule_weight, rule_bias


layer_norm_op, batch_norm_op, group_norm_op = (
    Op(name, norm_forward, saves="inputs output")
    for name in ("layer_norm", "batch_norm", "group_norm")
)
with suppress(NotImplementedError):
    VJPS.update(dict.fromkeys((layer_norm_op, batch_norm_op, group_norm_op), norm_rules()))


def affine(x: Tensor, weight, bias) -> tuple:
    """The inputs of an operation: `x` and what there is of weight and bias."""
    if bias is None:
        return (x,) if weight is None else (x, weight)
    return x, ones(bias.shape, dtype=bias.dtype) if weight is None else weight, bias


def layer_norm(
    input: Tensor, normalized_shape: tuple, weight=None, bias=None, eps: float = 1e-5
) -> Tensor:
    """Each example brought to mean 0 and deviation 1 over its last dimensions, `normalized_shape`.

    Shapes: (..., *normalized_shape), kept; weight and bias: normalized_shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.layer_norm.html
    """
    table = rows_of("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    check_number("layer_norm", eps=eps)
    inputs = affine(input, weight, bias)
    return layer_norm_op(*inputs, view=table, dims=(1,), table=table, eps=eps)


# %% given: norm-gap "norm_gap: layer norm against the same written with tensors"
def norm_gap():
    """The gradients of layer norm against the same written with tensors."""
    manual_seed(0)
    x, w = randn(6, 5, requires_grad=True), randn(5, requires_grad=True)
    seed, b = randn(6, 5), tensor(np.zeros(5, "float32"), requires_grad=True)
    found = []
    centred = x - x.mean(1, keepdim=True)
    spread = ((centred**2).mean(1, keepdim=True) + 1e-5).sqrt()
    for y in (layer_norm(x, (5,), w, b), centred / spread * w + b):
        x.grad = w.grad = b.grad = None
        y.backward(seed)
        found.append((y.numpy(), x.grad.numpy(), w.grad.numpy(), b.grad.numpy()))
    return [float(np.abs(ours - theirs).max()) for ours, theirs in zip(*found, strict=True)]


# %% given: batch-norm "fixed_forward, by fixed statistics; batch_norm, which chooses"
#| export
@long_rows
def fixed_forward(x, weight=None, bias=None, *, mean, var, table, eps):
    """Batch norm by fixed statistics, and what the rules read: both folded forms."""
    scale, shift = (along_dim_1(p, len(table)) for p in fold(mean, var, eps, weight, bias))
    out = x.reshape(table) * scale  # (n, c, l) * (c, 1)
    out += shift
    return out.reshape(x.shape), (scale, *fold(mean, var, eps))


@long_rows
def fixed_rule(g, saved, x, weight=None, bias=None, *, table, **_):
    return (g.reshape(table) * saved[0]).reshape(x.shape)


@long_rows
def fixed_rule_weight(g, saved, x, weight, bias=None, *, table, **_):
    scale, shift = (along_dim_1(part, len(table)) for part in saved[1:])
    dims = tuple(d for d in range(len(table)) if d != 1)
    return total(dims, g.reshape(table), x.reshape(table) * scale + shift).reshape(-1)


def fixed_rule_bias(g, saved, x, weight, bias, *, table, **_):
    return total(tuple(d for d in range(len(table)) if d != 1), g.reshape(table)).reshape(-1)


fixed_norm_op = Op("batch_norm_eval", fixed_forward, saves="inputs")
VJPS[fixed_norm_op] = (fixed_rule, fixed_rule_weight, fixed_rule_bias)


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Each channel (dim 1) brought to mean 0 and deviation 1 over everything else.

    Shapes: (n, c) or (n, c, ...), kept; all others (c,).
    training: by the statistics of the batch, and the running ones, if given, are updated in place;
    otherwise by the running ones.
    Raises: ValueError for a batch with a single value per channel in training.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.batch_norm.html
    """
    seen = {"running_mean": running_mean, "running_var": running_var}
    table = channels_of("batch_norm", input, **seen, weight=weight, bias=bias)
    check_number("batch_norm", momentum=momentum, eps=eps)
    check_switch("batch_norm", training=training)
    given = [x for x in seen.values() if x is not None]
    if grad_mode.enabled and any(x.requires_grad for x in given):
        raise RuntimeError("batch_norm: running statistics get no gradient: use .detach()")
    if len(given) < 2 and not training:
        raise RuntimeError("batch_norm needs running_mean and running_var, or training=True")
    if len(given) == 1:
        raise ValueError("batch_norm takes running_mean and running_var, or neither of them")
    inputs, settings = affine(input, weight, bias), {"table": table, "eps": eps}
    if not training:
        return fixed_norm_op(*inputs, mean=running_mean.array, var=running_var.array, **settings)
    if math.prod(table) == table[1]:
        raise ValueError(
            f"batch_norm in training needs more than one value per channel, not {input.shape}: "
            "take a larger batch, or call eval()"
        )
    if given:
        settings["running"] = (running_mean.array, running_var.array, momentum)
    dims = (0,) if len(table) == 2 else (0, 2)
    return batch_norm_op(*inputs, view=table, dims=dims, **settings)


# %% given: running "the figure: the means of batches, and what is remembered of them"
images = digits().train_images.reshape(-1, 64)
batches = np.random.default_rng(0).choice(images[:, 20], (150, 32))
fig, ax = plt.subplots(figsize=(5.5, 2.8), layout="constrained")
ax.plot(batches.mean(1), ".", color="gray", label="batch")
for momentum in (0.1, 0.01):
    mean, var, line = np.zeros(1), np.ones(1), []
    for batch in batches:
        update_running(mean, var, batch.mean(keepdims=True), batch.var(keepdims=True), 32, momentum)
        line.append(mean[0])
    ax.plot(line, label=f"momentum {momentum}")
ax.axhline(images[:, 20].mean(), color="black", linestyle=":", label="all digits")
ax.set(xlabel="step", ylabel="mean of pixel 20")
ax.legend(ncols=2)
plt.show()


# %% given: layers "rms_norm, group_norm; BatchNorm1d, LayerNorm, RMSNorm, GroupNorm"
#| export
@long_rows
def rms_forward(x, weight=None, *, table, eps):
    """RMS norm times the weight, and what the rules read."""
    normed, inverse = rms_parts()[0](x.reshape(table), eps)
    out = normed if weight is None else normed * weight.reshape(-1)
    return out.reshape(x.shape), (normed, inverse)


@long_rows
def rms_rule(g, saved, x, weight=None, *, table, **_):
    g = g.reshape(table) if weight is None else g.reshape(table) * weight.reshape(-1)
    return shaped(rms_parts()[1](g, *saved), x.shape)


def rms_rule_weight(g, saved, x, weight, *, table, **_):
    return total((0,), g.reshape(table), saved[0]).reshape(weight.shape)


rms_norm_op = Op("rms_norm", rms_forward, saves="inputs output")
VJPS[rms_norm_op] = (rms_rule, rms_rule_weight)


def rms_norm(input: Tensor, normalized_shape: tuple, weight=None, eps: float | None = None):
    """Each example divided by the root of its mean square over its last dimensions.

    Shapes: (..., *normalized_shape), kept; weight: normalized_shape.
    eps: None stands for the machine epsilon of the input's dtype.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.rms_norm.html
    """
    table = rows_of("rms_norm", input, normalized_shape, weight=weight)
    check_number("rms_norm", eps=0 if eps is None else eps)
    eps = float(np.finfo(input.dtype).eps) if eps is None else eps
    return rms_norm_op(*affine(input, weight, None), table=table, eps=eps)


def group_norm(input: Tensor, num_groups: int, weight=None, bias=None, eps: float = 1e-5) -> Tensor:
    """The channels (dim 1) of each example, in groups, brought to mean 0 and deviation 1.

    Shapes: (n, c, ...), kept; weight and bias: (c,).
    Raises: RuntimeError where the channels do not divide, or weight and bias do not fit.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.group_norm.html
    """
    table = channels_of("group_norm", input, weight=weight, bias=bias)
    check_size("group_norm", least=1, num_groups=num_groups)
    check_number("group_norm", eps=eps)
    view = group_view(input.shape, num_groups)
    if view[0] * view[2] == 1:
        raise ValueError(f"group_norm needs more than one value per group, not {input.shape}")
    inputs = affine(input, weight, bias)
    return group_norm_op(*inputs, view=view, dims=(2,), table=table, eps=eps)


def register_affine(module: Module, shape: tuple, weight: bool, bias: bool) -> None:
    """Parameters `weight`, of ones, and `bias`, of zeros, or None for what there is not."""
    module.register_parameter("weight", Parameter(ones(shape)) if weight else None)
    module.register_parameter("bias", Parameter(zeros(shape)) if weight and bias else None)


class _BatchNorm(Module):
    """What batch norm of any number of dimensions has in common; `_dims` are those allowed."""

    _dims = ()

    @placed
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
    ):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        register_affine(self, (num_features,), affine, bias)
        tracked = track_running_stats
        self.register_buffer("running_mean", zeros(num_features) if tracked else None)
        self.register_buffer("running_var", ones(num_features) if tracked else None)
        self.register_buffer("num_batches_tracked", tensor(0) if tracked else None)

    def reset_running_stats(self) -> None:
        if self.track_running_stats:
            self.running_mean.array[...], self.running_var.array[...] = 0, 1
            self.num_batches_tracked.array[...] = 0

    def forward(self, input: Tensor) -> Tensor:
        self._check(input)
        updates = self.training and self.track_running_stats
        if updates and self.num_batches_tracked is not None:
            self.num_batches_tracked.array += input.numel() > self.num_features
        momentum = self.momentum
        if momentum is None:  # the mean of all batches so far
            count = 0 if self.num_batches_tracked is None else self.num_batches_tracked.item()
            momentum = 1 / max(count, 1)
        use_batch = self.training or self.running_mean is None
        running = (self.running_mean, self.running_var)
        if self.training and not updates:
            running = (None, None)
        return batch_norm(
            input, *running, self.weight, self.bias, use_batch, momentum, eps=self.eps
        )

    def _check(self, input) -> None:
        name = f"{type(self).__name__}({self.num_features})"
        check_input(name, input)
        if input.ndim not in self._dims:
            allowed = " or ".join(f"{n}-D" for n in self._dims)
            raise ValueError(f"{name} takes a {allowed} input, not one of shape {input.shape}")
        if input.shape[1] != self.num_features:
            raise RuntimeError(
                f"{name} got an input of shape {input.shape}: its dimension 1 must be "
                f"{self.num_features}"
            )

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(_BatchNorm):
    """Batch norm of (n, c) or (n, c, l), channel by channel.

    In training by the batch's statistics, after `eval()` by `running_mean` and `running_var`. With
    momentum None these are the mean over all batches seen. Shapes: kept.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html
    """

    _dims = (2, 3)


class LayerNorm(Module):
    """Each example normalized over its last dimensions, `normalized_shape`, an int or sizes.

    Shapes: (n, ..., *normalized_shape), kept. Learns `weight` and `bias` of normalized_shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
    """

    @placed
    def __init__(
        self, normalized_shape, eps=1e-5, elementwise_affine: bool = True, bias: bool = True
    ):
        super().__init__()
        self.normalized_shape = sizes_of("LayerNorm", normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        register_affine(self, self.normalized_shape, elementwise_affine, bias)

    def forward(self, input: Tensor) -> Tensor:
        return layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        )


class RMSNorm(Module):
    """Each example divided by its root mean square; eps None: the dtype's machine epsilon.

    Shapes: (n, ..., *normalized_shape), kept. Learns `weight` of normalized_shape.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.RMSNorm.html
    """

    @placed
    def __init__(self, normalized_shape, eps=None, elementwise_affine: bool = True):
        super().__init__()
        self.normalized_shape = sizes_of("RMSNorm", normalized_shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        weight = Parameter(ones(self.normalized_shape)) if elementwise_affine else None
        self.register_parameter("weight", weight)

    def forward(self, input: Tensor) -> Tensor:
        return rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        shown = f"{self.normalized_shape}, eps={self.eps}"
        return f"{shown}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Module):
    """The channels of each example normalized in `num_groups` groups.

    Shapes: (n, c, ...), kept. Learns `weight` and `bias` of shape (c,).
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html
    """

    @placed
    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
    ):
        super().__init__()
        check_size("GroupNorm", least=1, num_groups=num_groups)
        if num_channels % num_groups:
            raise ValueError(f"{num_channels} channels do not divide into {num_groups} groups")
        self.num_groups, self.num_channels = num_groups, num_channels
        self.eps, self.affine = eps, affine
        register_affine(self, (num_channels,), affine, bias)

    def forward(self, input: Tensor) -> Tensor:
        if isinstance(input, Tensor) and input.shape[1:2] != (self.num_channels,):
            raise RuntimeError(
                f"GroupNorm({self.num_groups}, {self.num_channels}) got an input of shape "
                f"{input.shape}: its dimension 1 must be {self.num_channels}"
            )
        return group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


# %% given: kept "arrays_kept: the bytes that nodes of the graph hold; draw_kept"
def arrays_kept(y, but):
    """The bytes of all arrays that the nodes behind `y` hold, each once, except for `but`."""
    found, results = {}, [y]
    while results:
        node = results.pop().grad_fn
        if node is not None:
            saved = node.saved if isinstance(node.saved, tuple) else (node.saved,)
            results += [x for x in node.inputs if isinstance(x, type(y))]
            for array in (*saved, *node.arrays):
                if isinstance(array, np.ndarray):
                    memory = array if array.base is None else array.base
                    found[id(memory)] = memory.nbytes
    found.pop(id(but), None)
    return sum(found.values())


def draw_kept(sizes, measured):
    """Draw the megabytes that both keep over the number of features."""
    _, ax = plt.subplots(figsize=(5, 2.6), layout="constrained")
    ax.plot(sizes, np.array(measured) / 1e6, "o-", label=["fused", "composed"])
    ax.set(xlabel="features of 100 rows", ylabel="megabytes kept")
    ax.legend()
    plt.show()


# %% given: level "the figure: the spread after each layer, with your norms"
fig, ax = plt.subplots(figsize=(5.5, 2.8), layout="constrained")
for norm, style in ((None, "-"), (BatchNorm1d, "--"), (LayerNorm, ":")):
    for i, factor in enumerate((0.8, 1.0, 1.2)):
        label = norm.__name__ if norm else "no norm"
        spread = spreads(deep(50, factor, norm), examples)
        assert norm is None or max(spread) < 2 * min(spread), "a norm should keep the spread level"
        ax.semilogy(range(1, 51), spread, style, color=f"C{i}", label=f"{label}, x {factor}")
ax.set(xlabel="layer", ylabel="spread of its output")
fig.legend(loc="outside right center", fontsize="small")
plt.show()


# %% given: fifty "Block and perceptron: many layers; train and accuracy"
class Block(Module):
    """Linear, norm, ReLU; with a shortcut, the input is added."""

    def __init__(self, width, norm, shortcut):
        super().__init__()
        self.linear, self.shortcut = Linear(width, width), shortcut
        self.norm = norm(width) if norm else Identity()

    def forward(self, x):
        y = relu(self.norm(self.linear(x)))
        return x + y if self.shortcut else y


def perceptron(depth, norm, shortcut, width=32):
    manual_seed(0)
    blocks = [Block(width, norm, shortcut) for _ in range(depth - 2)]
    last = [norm(width)] if norm else []
    return Sequential(Linear(64, width), *blocks, *last, Linear(width, 10))


data = digits()
pixels, answers = data.train_images.reshape(-1, 64), data.train_labels


def train(model, steps=100, rate=0.1):
    """Losses of all steps, and the gradient norm of each weight matrix at the first one."""
    rng, losses, first = np.random.default_rng(0), [], []
    for _ in range(steps):
        chosen = rng.choice(len(pixels), 128, replace=False)
        loss = cross_entropy(model(tensor(pixels[chosen])), tensor(answers[chosen]))
        model.zero_grad()
        loss.backward()
        losses.append(loss.item())
        if not first:
            first = [np.linalg.norm(p.grad.numpy()) for p in model.parameters() if p.ndim == 2]
        with no_grad():
            for parameter in model.parameters():
                parameter -= rate * parameter.grad
    return losses, first


def accuracy(model):
    with no_grad():
        guesses = model.eval()(tensor(data.test_images.reshape(-1, 64))).argmax(1).numpy()
    return float((guesses == data.test_labels).mean())


# %% given: fifty-layers "the figure: losses, and the gradient of each layer"
fig, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3), layout="constrained")
for (name, depth), (losses, first, _) in runs.items():
    if depth == 50:
        style = "--" if "shortcuts" in name else "-"
        left.plot(losses, style, label=name)
        right.semilogy(range(1, 51), first, style)
left.set(xlabel="step", ylabel="loss, 50 layers", ylim=(0, 3))
right.set(xlabel="layer", ylabel="norm of its gradient, step 1")
fig.legend(loc="outside lower center", ncols=3)
plt.show()
