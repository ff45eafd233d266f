# generated from modules/08_normalization/normalization.py by `tito build`: edit that file

# %% auto #0
__all__ = ['layer_norm_op', 'batch_norm_op', 'group_norm_op', 'fixed_norm_op', 'rms_norm_op', 'average', 'normalize',
           'normalize_rule', 'along_dim_1', 'affine_rules', 'norm_forward', 'norm_rules', 'affine', 'layer_norm',
           'update_running', 'fold', 'fixed_forward', 'fixed_rule', 'fixed_rule_weight', 'fixed_rule_bias',
           'batch_norm', 'rms_parts', 'group_view', 'rms_forward', 'rms_rule', 'rms_rule_weight', 'rms_norm',
           'group_norm', 'register_affine', 'BatchNorm1d', 'LayerNorm', 'RMSNorm', 'GroupNorm', 'kept_bytes']

# %% #773caccd3c11
import math
from contextlib import suppress

import numpy as np

from .autograd import VJPS
from .layers import Module, Parameter
from .tensor import Op, Tensor, grad_mode, ones, tensor, zeros
from ..lib.layer_checks import check_input, check_number, check_size, check_switch
from ..lib.modules import placed
from ..lib.norms import channels_of, long_rows, rows_of, shaped, sizes_of
from ..lib.sums import total

# %% #b7238d7255fe
def average(dims: tuple, *arrays: np.ndarray) -> np.ndarray:
    """The mean of an array, or of the product of two, along `dims`, which stay with size 1.

    dims: from 0 on. `total(dims, *arrays)` is the sum.
    """
    sums = total(dims, *arrays)
    return sums / max(arrays[0].size // max(sums.size, 1), 1)

# %% #normalize
def normalize(x: np.ndarray, dims: tuple, eps: float) -> tuple:
    """(normed, mean, var, inverse): `x` brought to mean 0 and deviation 1 along `dims`, and how.

    var: the mean square of what is left when the mean is subtracted (divided by n, not n - 1).
    inverse: 1 / sqrt(var + eps).
    Shapes: normed as x; the other three as x with size 1 at `dims`. The dtype stays, and so does x.
    Source: Ioffe and Szegedy (2015), Batch Normalization, algorithm 1, arXiv:1502.03167.
    """
    mean = average(dims, x)
    normed = x - mean
    var = average(dims, normed, normed)
    inverse = 1 / np.sqrt(var + eps)  # (n, 1), as mean and var, for x (n, c) and dims (1,)
    normed *= inverse  # in place: this array is ours
    return normed, mean, var, inverse

# %% #normalize-rule
def normalize_rule(g: np.ndarray, normed: np.ndarray, inverse: np.ndarray, dims: tuple):
    """The gradient of x, if `g` is the gradient of `normed`, the first result of `normalize`.

    Shapes: g and normed as x, inverse with size 1 at `dims` -> as x. The dtype stays; no array
    that came in is changed.
    """
    part = normed * -average(dims, g, normed)
    part += g
    part -= average(dims, g)
    part *= inverse
    return part

# %% #b5fea4200a41
def along_dim_1(weight: np.ndarray, ndim: int) -> np.ndarray:
    """`weight` (c,) as (c,) for a table of two dimensions, and as (c, 1) for one of three."""
    return weight.reshape(-1, *[1] * (ndim - 2))

# %% #affine-rules
def affine_rules() -> tuple:
    """Three rules of y = normed * weight + bias, for normed, weight and bias: (g, normed, weight).

    Shapes: g and normed (n, c) or (n, c, l), weight (c,) -> (n, c) or (n, c, l); (c,); (c,).
    The dtypes stay; no array that came in is changed.
    """

    def others(g):
        return tuple(d for d in range(g.ndim) if d != 1)

    def for_normed(g, normed, weight):
        return g * along_dim_1(weight, g.ndim)  # (n, c, l) * (c, 1)

    def for_weight(g, normed, weight):
        return total(others(g), g, normed).reshape(-1)  # (1, c) or (1, c, 1) -> (c,)

    def for_bias(g, normed, weight):
        return total(others(g), g).reshape(-1)

    return for_normed, for_weight, for_bias

# %% #fde8cd413977
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

# %% #running
def update_running(running_mean, running_var, mean, var, count: int, momentum: float) -> None:
    """Move the running statistics by `momentum` towards those of a batch, in place.

    mean, var: of the batch, var divided by `count`, the number of values behind each (at least 2).
    running_var moves towards the variance divided by `count - 1`. With a momentum of 1 the running
    statistics become those of the batch, digit for digit. All arrays have the shape (c,), and those
    of the batch are not changed.
    """
    unbiased = var * (count / (count - 1))
    running_mean[...] = (1 - momentum) * running_mean + momentum * mean
    running_var[...] = (1 - momentum) * running_var + momentum * unbiased

# %% #fold
def fold(mean, var, eps: float, weight=None, bias=None) -> tuple:
    """(scale, shift) such that scale * x + shift is batch norm by fixed statistics.

    Shapes: all (c,). weight None stands for ones, bias None for zeros, each by itself. No array is
    changed.
    """
    scale = 1 / np.sqrt(var + eps)
    if weight is not None:
        scale = scale * weight
    shift = -mean * scale
    return scale, shift if bias is None else shift + bias

# %% #653b5cb5f70c
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

# %% #rms-parts
def rms_parts() -> tuple:
    """The forward pass of RMS norm over the columns of a table, and its rule: two functions.

    forward(x, eps) -> (normed, inverse), inverse = 1 / sqrt(mean of x squared, plus eps).
    rule(g, normed, inverse) -> the gradient of x, if g is that of normed.
    Shapes: x, g and normed (rows, n), inverse (rows, 1). The dtype stays, and no array is changed.
    Source: Zhang and Sennrich (2019), Root Mean Square Layer Normalization, arXiv:1910.07467.
    """

    def forward(x, eps):
        inverse = 1 / np.sqrt(average((1,), x, x) + eps)  # (rows, 1)
        return x * inverse, inverse

    def rule(g, normed, inverse):
        part = normed * -average((1,), g, normed)
        part += g
        part *= inverse
        return part

    return forward, rule

# %% #group-view
def group_view(shape: tuple, num_groups: int) -> tuple:
    """The shape (examples, groups, values of a group) of an input (n, c, ...), three integers.

    group_view((8, 6, 10), 2) -> (8, 2, 30). c // num_groups neighboring channels form a group.
    Raises: RuntimeError that names both numbers if the channels do not divide into the groups.
    """
    n, channels, *rest = shape
    if channels % num_groups:
        raise RuntimeError(f"{channels} channels do not divide into {num_groups} groups")
    return n, num_groups, channels // num_groups * math.prod(rest)

# %% #cf27e435e8ef
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

# %% #kept-bytes
def kept_bytes(rows: int, features: int) -> tuple:
    """(fused, composed): bytes that layer norm of a float32 table keeps until `backward`.

    Each array that a node holds counts once, the input not at all. Fused: what `norm_forward`
    saves. Composed: the results of the seven operations above, the last one included.
    """
    table, column = 4 * rows * features, 4 * rows
    return table + column, 3 * table + 4 * column
