# generated from modules/09_convolutions/convolutions.py by `tito build`: edit that file

# %% auto #0
__all__ = ['convolution_op', 'pad_op', 'PAIRWISE', 'max_pool_op', 'avg_pool_op', 'output_size', 'windows', 'padded', 'cropped',
           'conv2d_forward', 'conv2d_rules', 'is_yours', 'correlate', 'input_gradient', 'weight_gradient',
           'convolution_forward', 'convolution_rules', 'check_fit', 'for_batches', 'conv2d', 'pad_forward', 'pad_rule',
           'inside', 'pad', 'max_pool_parts', 'max_pool_forward', 'max_pool_rule', 'max_pool2d', 'adaptive_means',
           'avg_pool_forward', 'avg_pool_rule', 'avg_pool2d', 'adaptive_sizes', 'adaptive_avg_pool2d',
           'conv_parameters', 'Conv2d', 'MaxPool2d', 'AvgPool2d', 'AdaptiveAvgPool2d', 'BatchNorm2d', 'dropout2d',
           'Dropout2d', 'costs']

# %% #ffa075b5b612
import math
from contextlib import suppress

import numpy as np

from .autograd import VJPS, no_grad
from .layers import Module, Parameter, dropout, uniform_
from .normalization import _BatchNorm
from .tensor import Op, Tensor, cat, empty, ones
from ..lib import convolution, pooling
from tinytorch.lib.conv_checks import (
    check_choice,
    check_conv,
    check_images,
    check_pool,
    check_sizes,
    divisors,
    pad_pairs,
    pair,
    same_padding,
    spare,
)
from ..lib.layer_checks import check_number, check_switch
from ..lib.modules import placed
from ..lib.sums import total

# %% #output-size
def output_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1):
    """How many windows fit along one dimension, an int.

    size: of the input, in pixels, before `padding` pixels are added at both ends. A window has
    `kernel` pixels, each `dilation` from the next, and begins `stride` pixels after the one before.
    Raises: RuntimeError naming a window's extent and the padded size, if not even one fits.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """
    extent, room = dilation * (kernel - 1) + 1, size + 2 * padding
    if extent > room:
        raise RuntimeError(f"a window of {extent} does not fit into {room} padded pixels")
    return (room - extent) // stride + 1

# %% #windows
def windows(x: np.ndarray, kernel: tuple, stride: tuple, dilation: tuple) -> np.ndarray:
    """All windows of the images in `x`, as a view: not a byte is copied.

    Shapes: (n, c, h, w) -> (n, c, h_out, w_out, kh, kw), with kernel = (kh, kw). stride and
    dilation: pairs as well, for rows and columns. `x` may have any strides, and what is written
    into the view is written into `x`. Raises: as `output_size`, if no window fits.
    """
    (n, c, h, w), (at_n, at_c, at_h, at_w) = x.shape, x.strides
    h_out, w_out = (
        output_size(*one) for one in zip((h, w), kernel, stride, (0, 0), dilation, strict=True)
    )
    shape = (n, c, h_out, w_out, *kernel)
    steps = (stride[0] * at_h, stride[1] * at_w, dilation[0] * at_h, dilation[1] * at_w)
    return np.lib.stride_tricks.as_strided(x, shape, (at_n, at_c, *steps))

# %% #a51876d17972
def padded(x: np.ndarray, padding: tuple, value: float = 0.0) -> np.ndarray:
    """`x` (n, c, h, w) with `padding` = (p, q): p rows of `value` above and below, q columns left
    and right, in an array of its own -> (n, c, h + 2p, w + 2q)."""
    (p, q), (n, c, h, w) = padding, x.shape
    wide = np.full((n, c, h + 2 * p, w + 2 * q), value, x.dtype)
    cropped(wide, padding)[...] = x
    return wide


def cropped(wide: np.ndarray, padding: tuple) -> np.ndarray:
    """The inside of a padded array, without its `padding`: a view."""
    (p, q), (h, w) = padding, wide.shape[2:]
    return wide[:, :, p : h - p, q : w - q]

# %% #conv2d-forward
def conv2d_forward(
    x, weight, bias=None, *, stride: tuple, padding: tuple, dilation: tuple
) -> tuple:
    """(y, columns): what the filters give at every window, and the windows as columns.

    Shapes: x (n, c, h, w), weight (out, c, kh, kw), bias (out,) or None -> y (n, out, h_out, w_out)
    and columns (n, c * kh * kw, h_out * w_out), in the order of c, kh, kw and of h_out, w_out.
    stride, padding (of zeros, on both sides) and dilation: pairs, for rows and columns.
    The dtype stays; no array that came in is changed.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html
    """
    n, out, kernel = len(x), len(weight), weight.shape[2:]
    view = windows(padded(x, padding), kernel, stride, dilation)  # (n, c, h_out, w_out, kh, kw)
    h_out, w_out = view.shape[2:4]
    columns = view.transpose(0, 1, 4, 5, 2, 3).reshape(n, weight[0].size, h_out * w_out)
    y = weight.reshape(out, -1) @ columns  # (out, c kh kw) @ (n, c kh kw, h_out w_out)
    if bias is not None:
        y += bias[:, None]
    return y.reshape(n, out, h_out, w_out), columns

# %% #conv2d-rules
def conv2d_rules() -> tuple:
    """The rules of `conv2d_forward` for x, weight and bias: three functions with the arguments
    (g, columns, x, weight, bias=None, *, stride, padding, dilation).

    g: the gradient of y, (n, out, h_out, w_out); columns: as `conv2d_forward` made them.
    Shapes: -> (n, c, h, w), (out, c, kh, kw) and (out,). The dtype is that of g, and no array that
    came in is changed.
    """

    def for_x(g, columns, x, weight, bias=None, *, stride, padding, dilation):
        n, out, h_out, w_out = g.shape
        parts = weight.reshape(out, -1).T @ g.reshape(n, out, h_out * w_out)  # as columns
        parts = parts.reshape(n, *weight.shape[1:], h_out, w_out)
        wide = padded(np.zeros(x.shape, g.dtype), padding)
        view = windows(wide, weight.shape[2:], stride, dilation)
        for i, j in np.ndindex(*weight.shape[2:]):
            view[..., i, j] += parts[:, :, i, j]
        return cropped(wide, padding)

    def for_weight(g, columns, x, weight, bias=None, *, stride, padding, dilation):
        flat = g.reshape(*g.shape[:2], columns.shape[2])  # (n, out, h_out w_out)
        return (flat @ columns.swapaxes(1, 2)).sum(0).reshape(weight.shape)

    def for_bias(g, columns, x, weight, bias=None, *, stride, padding, dilation):
        return total((0, 2, 3), g).reshape(-1)  # (1, out, 1, 1) -> (out,)

    return for_x, for_weight, for_bias

# %% #dbf1c2b8d49f
def is_yours(weight, groups: int) -> bool:
    """Whether the windows become columns, as you wrote it; otherwise rows, channels last.

    Below `convolution.MANY_CHANNELS` the pieces of a row are too short to be copied fast.
    """
    return groups == 1 and not convolution.in_rows(weight.shape[1])


def correlate(x, weight, *, groups, **how) -> tuple:
    """What the filters give, without a bias, and the columns, if there are any.

    Shapes: (n, c, h, w), (out, c / groups, kh, kw) -> (n, out, h_out, w_out).
    """
    if is_yours(weight, groups):
        return conv2d_forward(x, weight, **how)
    return convolution.forward(x, weight, groups=groups, **how), None


def input_gradient(g, columns, x, weight, *, groups, **how) -> np.ndarray:
    """The gradient of `x`, of which only the shape counts, if `g` is that of the result."""
    if is_yours(weight, groups):
        return conv2d_rules()[0](g, columns, x, weight, **how)
    return convolution.input_gradient(g, x.shape, weight, groups=groups, **how)


def weight_gradient(g, columns, x, weight, *, groups, **how) -> np.ndarray:
    """The gradient of `weight`, of which only the shape counts, if `g` is that of the result."""
    if is_yours(weight, groups):
        return conv2d_rules()[1](g, columns, x, weight, **how)
    return convolution.weight_gradient(g, x, weight.shape, groups=groups, **how)

# %% #3f2e6eee4514
def convolution_forward(x, weight, bias=None, **how) -> tuple:
    """`correlate`, and the bias."""
    y, columns = correlate(x, weight, **how)
    if bias is not None:
        y += bias[:, None, None]  # (n, out, h_out, w_out) + (out, 1, 1)
    return y, columns


def convolution_rules() -> tuple:
    """The rules of `convolution_forward`, made of yours."""
    for_bias = conv2d_rules()[2]

    def rule_x(g, columns, x, weight, bias=None, **how):
        return input_gradient(g, columns, x, weight, **how)

    def rule_weight(g, columns, x, weight, bias=None, **how):
        return weight_gradient(g, columns, x, weight, **how)

    def rule_bias(g, columns, x, weight, bias, *, groups, **how):
        return for_bias(g, columns, x, weight, bias, **how)

    return rule_x, rule_weight, rule_bias


convolution_op = Op("convolution", convolution_forward, saves="inputs")
with suppress(NotImplementedError):
    VJPS[convolution_op] = convolution_rules()


def check_fit(size: tuple, kernel: tuple, stride: tuple, padding: tuple, dilation: tuple) -> None:
    """Raises: RuntimeError, by `output_size`, if not even one window fits."""
    for one in zip(size, kernel, stride, padding, dilation, strict=True):
        output_size(*one)


def for_batches(function, input: Tensor) -> Tensor:
    """`function` of a batch (n, c, h, w); one image (c, h, w) is a batch of one, and out again."""
    return function(input) if input.ndim == 4 else function(input.unsqueeze(0)).squeeze(0)


def conv2d(
    input: Tensor, weight: Tensor, bias=None, stride=1, padding=0, dilation=1, groups: int = 1
) -> Tensor:
    """At each place the products of a window and a filter, added up, plus the filter's bias.

    Shapes: (n, c, h, w) or (c, h, w), (out, c / groups, kh, kw), (out,) -> (n, out, h_out, w_out)
    or (out, h_out, w_out); `output_size` says how large. stride, padding, dilation: a number, or a
    pair for rows and columns; padding may be "valid" (none) or "same" (the size stays).
    groups: the channels, and the filters, in so many parts, each part of filters for one of these.
    Raises: RuntimeError where shapes do not fit, TypeError for other types.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv2d.html
    """
    groups = check_conv("conv2d", input, weight, bias, groups)
    how = {"stride": pair("conv2d", "stride", stride), "groups": groups}
    how["dilation"] = pair("conv2d", "dilation", dilation)
    word = padding if isinstance(padding, str) else ""
    if word == "same":
        both, (bottom, right) = same_padding(weight.shape[2:], how["stride"], how["dilation"])
        input = pad(input, (0, right, 0, bottom)) if bottom or right else input
    else:
        both = (0, 0) if word == "valid" else pair("conv2d", "padding", padding, 0)
    check_fit(input.shape[-2:], weight.shape[2:], how["stride"], both, how["dilation"])
    more = () if bias is None else (bias,)
    return for_batches(lambda x: convolution_op(x, weight, *more, padding=both, **how), input)


def pad_forward(x, pairs, value):
    wide = np.full([b + n + a for n, (b, a) in zip(x.shape, pairs, strict=True)], value, x.dtype)
    wide[inside(pairs)] = x[inside([(-b, -a) for b, a in pairs])]
    return wide


def pad_rule(g, out, x, pairs, value):
    return pad_forward(g, [(-b, -a) for b, a in pairs], 0)


def inside(pairs) -> tuple:
    """The index of what was there before `pairs` of sizes were added; negative ones leave all."""
    return tuple(slice(max(b, 0), -a if a > 0 else None) for b, a in pairs)


pad_op = Op("constant_pad_nd", pad_forward)
VJPS[pad_op] = (pad_rule,)


def pad(input: Tensor, pad: tuple, mode: str = "constant", value: float | None = None) -> Tensor:
    """`input` with more values around: pad = (left, right, top, bottom, ...), from the last
    dimension on; negative numbers cut off.

    Shapes: (..., h, w) -> (..., top + h + bottom, left + w + right). mode: "constant" adds `value`
    (None: 0); of the last dimensions, "reflect" adds those behind the border, mirrored,
    "replicate" the border's, "circular" those of the other end.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pad.html
    """
    pairs = pad_pairs(input, pad, mode, value)
    if mode == "constant":
        return pad_op(input, pairs=pairs, value=0 if value is None else value)
    names = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    for dim, (before, after) in enumerate(pairs):
        if before or after:
            kept = np.arange(max(-before, 0), input.shape[dim] - max(-after, 0))
            kept = np.pad(kept, (max(before, 0), max(after, 0)), names[mode])
            input = input[(slice(None),) * dim + (kept,)]
    return input

# %% #max-pool
def max_pool_parts() -> tuple:
    """The forward pass of max pooling, and its rule: two functions.

    forward(x, kernel, stride, padding, dilation) -> (y, winner): the largest value of each window,
    and its place in the window, which is read row by row; of several equal ones, the first wins.
    rule(g, winner, x, kernel, stride, padding, dilation) -> the gradient of x, if g is that of y:
    what a window gets goes to its winner alone. A pixel that wins several windows gets the sum.
    Shapes: x (n, c, h, w), n may be 0; y, winner and g (n, c, h_out, w_out). All settings are
    pairs; the padding is of minus infinity. The dtype stays; no array that came in is changed.
    """

    def forward(x, kernel, stride, padding, dilation):
        view = windows(padded(x, padding, -np.inf), kernel, stride, dilation)
        y, winner = view[..., 0, 0].copy(), np.zeros(view.shape[:4], np.int32)
        for place, (i, j) in enumerate(np.ndindex(*kernel)):
            value = view[..., i, j]
            winner[value > y] = place
            np.maximum(y, value, out=y)
        return y, winner

    def rule(g, winner, x, kernel, stride, padding, dilation):
        wide = padded(np.zeros(x.shape, g.dtype), padding)
        view = windows(wide, kernel, stride, dilation)
        for place, (i, j) in enumerate(np.ndindex(*kernel)):
            view[..., i, j] += g * (winner == place)
        return cropped(wide, padding)

    return forward, rule

# %% #c40d68cd6847
PAIRWISE = {"kernel": (2, 2), "stride": (2, 2), "padding": (0, 0), "dilation": (1, 1)}


def max_pool_forward(x, **how):
    """Your `forward`; but the most frequent pooling, of 2 x 2, by whole lines, in half the time."""
    if how == PAIRWISE:
        return pooling.max_pool(x, **how)
    return max_pool_parts()[0](x, **how)


def max_pool_rule(g, winner, x, **how):
    if isinstance(winner, tuple):
        return pooling.max_pool_gradient(g, winner, x.shape, **how)
    return max_pool_parts()[1](g, winner, x, **how)


max_pool_op = Op("max_pool2d_with_indices", max_pool_forward, saves="inputs")
VJPS[max_pool_op] = (max_pool_rule,)


def max_pool2d(
    input: Tensor,
    kernel_size,
    stride=None,
    padding=0,
    dilation=1,
    ceil_mode: bool = False,
    return_indices: bool = False,
):
    """The largest value of each window; of several that are largest, the first gets the gradient.

    Shapes: (n, c, h, w) or (c, h, w) -> (n, c, h_out, w_out) or (c, h_out, w_out). stride None is
    the kernel's size; the padding is of minus infinity. ceil_mode: one more window where one
    begins inside. return_indices: (values, indices), the places in h * w.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html
    """
    kernel, stride, padding, dilation = check_pool(
        "max_pool2d", input, kernel_size, stride, padding, dilation, ceil_mode
    )
    how = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    check_switch("max_pool2d", return_indices=return_indices)
    size = input.shape[-2:]
    if ceil_mode:
        zipped = zip(size, kernel, stride, padding, dilation, strict=True)
        bottom, right = (spare(*one) for one in zipped)
        input = pad(input, (0, right, 0, bottom), value=-math.inf)
    check_fit(input.shape[-2:], *how.values())
    out = for_batches(lambda x: max_pool_op(x, **how), input)
    if not return_indices:
        return out
    batch = input.array.reshape(-1, *input.shape[-3:])
    winner = max_pool_forward(batch, **how)[1]
    places = pooling.flat_places(winner, (*batch.shape[:2], *size), **how)
    return out, Tensor(places.reshape(out.shape))

# %% #adaptive-means
def adaptive_means(x: Tensor, dim: int, count: int) -> Tensor:
    """The means of `count` windows along `dim` (2 or 3, say), which together cover all of it.

    Window i of a dimension of `size` begins at i * size / count, rounded down, and ends before
    (i + 1) * size / count, rounded up. Shapes: (n, c, h, w) -> (n, c, count, w) for dim 2.
    The result is part of the graph: made of tensors, it needs no rule of its own.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
    """
    size, means = x.shape[dim], []
    for i in range(count):
        start, end = i * size // count, -(-(i + 1) * size // count)
        window = x[(slice(None),) * dim + (slice(start, end),)]
        means.append(window.mean(dim, keepdim=True))
    return cat(means, dim)

# %% #bafa1bc4fd08
def avg_pool_forward(x, kernel, stride, padding, divisor):
    """The sum of each window, divided. divisor: (h_out, w_out), or a number."""
    view = windows(padded(x, padding), kernel, stride, (1, 1))
    sums = sum(view[..., i, j] for i, j in np.ndindex(*kernel))
    return sums / np.asarray(divisor, x.dtype)


def avg_pool_rule(g, out, x, kernel, stride, padding, divisor):
    wide = padded(np.zeros(x.shape, g.dtype), padding)
    view, share = windows(wide, kernel, stride, (1, 1)), g / np.asarray(divisor, g.dtype)
    for i, j in np.ndindex(*kernel):
        view[..., i, j] += share
    return cropped(wide, padding)


avg_pool_op = Op("avg_pool2d", avg_pool_forward)
VJPS[avg_pool_op] = (avg_pool_rule,)


def avg_pool2d(
    input: Tensor,
    kernel_size,
    stride=None,
    padding=0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window.

    Shapes, stride and ceil_mode: as in `max_pool2d`; the padding is of zeros, and counts unless
    count_include_pad is False. divisor_override: what sums are divided by, instead.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool2d.html
    """
    kernel, stride, padding, _ = check_pool(
        "avg_pool2d", input, kernel_size, stride, padding, 1, ceil_mode
    )
    check_switch("avg_pool2d", count_include_pad=count_include_pad)
    size, counts = input.shape[-2:], []
    more = [
        spare(*one) if ceil_mode else 0 for one in zip(size, kernel, stride, padding, strict=True)
    ]
    for n, extra, k, s, p in zip(size, more, kernel, stride, padding, strict=True):
        count = output_size(n + extra, k, s, p)
        counts.append(divisors(n, count, k, s, p, not count_include_pad))
    divisor = np.multiply.outer(*counts)
    if divisor_override is not None:
        check_number("avg_pool2d", divisor_override=divisor_override)
        if divisor_override == 0:
            raise RuntimeError("avg_pool2d: divisor_override is 0: sums are divided by it")
        divisor = divisor_override
    if any(more):
        input = pad(input, (0, more[1], 0, more[0]))
    how = {"kernel": kernel, "stride": stride, "padding": padding, "divisor": divisor}
    return for_batches(lambda x: avg_pool_op(x, **how), input)


def adaptive_sizes(name: str, input: Tensor, output_size) -> tuple:
    """`output_size`, a number or a pair, as a pair; None is the size of the input."""
    check_images(name, input)
    sizes = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * 2
    if len(sizes) == 2:
        both = zip(sizes, input.shape[-2:], strict=True)
        sizes = tuple(n if size is None else size for size, n in both)
    return pair(name, "output_size", sizes)


def adaptive_avg_pool2d(input: Tensor, output_size) -> Tensor:
    """The mean of each of output_size = (h_out, w_out) windows, which cover the whole image.

    Shapes: (n, c, h, w) or (c, h, w) -> (n, c, h_out, w_out) or (c, h_out, w_out). output_size: a
    number for both; None keeps a size.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool2d.html
    """
    rows, columns = adaptive_sizes("adaptive_avg_pool2d", input, output_size)
    return adaptive_means(adaptive_means(input, input.ndim - 2, rows), input.ndim - 1, columns)

# %% #conv-parameters
def conv_parameters(
    in_channels: int, out_channels: int, kernel: tuple, groups: int = 1, bias: bool = True
) -> tuple:
    """(weight, bias), new Parameters in float32; without `bias`, the second is None.

    Shapes: weight (out_channels, in_channels / groups, kh, kw), bias (out_channels,). Both are
    drawn uniformly between -b and b, the weight first, with b = 1 / sqrt(fan_in); the fan-in is the
    number of input values that a filter sees.
    Raises: ValueError naming channels and groups, if groups does not divide both kinds.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """
    for channels in (in_channels, out_channels):
        if channels % groups:
            raise ValueError(f"{channels} channels do not divide into {groups} groups")
    weight = Parameter(empty(out_channels, in_channels // groups, *kernel))
    bound = 1 / math.sqrt(weight[0].numel())
    uniform_(weight, -bound, bound)
    return weight, uniform_(Parameter(empty(out_channels)), -bound, bound) if bias else None

# %% #f4d4a1d64e39
class Conv2d(Module):
    """Filters that slide over images: `conv2d` with a weight and a bias that are learned.

    Shapes: (n, in_channels, h, w) -> (n, out_channels, h_out, w_out). kernel_size, stride, padding,
    dilation: a number or a pair. Learns `weight` (out, in / groups, kh, kw) and `bias` (out,), both
    drawn as `conv_parameters` says. padding_mode: "zeros", or a mode of `pad`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """

    @placed
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
    ):
        super().__init__()
        check_sizes("Conv2d", in_channels=in_channels, out_channels=out_channels, groups=groups)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = pair("Conv2d", "kernel_size", kernel_size)
        self.stride = pair("Conv2d", "stride", stride)
        self.dilation = pair("Conv2d", "dilation", dilation)
        is_named = isinstance(padding, str) and padding in ("same", "valid")
        self.padding = padding if is_named else pair("Conv2d", "padding", padding, 0)
        if self.padding == "same" and self.stride != (1, 1):
            raise ValueError(f"Conv2d: padding='same' needs a stride of 1, not {self.stride}")
        modes = ("zeros", "reflect", "replicate", "circular")
        check_choice("Conv2d", *modes, padding_mode=padding_mode)
        self.padding_mode = padding_mode
        weight, bias = conv_parameters(in_channels, out_channels, self.kernel_size, groups, bias)
        self.weight = weight
        self.register_parameter("bias", bias)

    def reset_parameters(self) -> None:
        """Draw weight and bias once more."""
        sizes = self.in_channels, self.out_channels, self.kernel_size, self.groups
        weight, bias = conv_parameters(*sizes, self.bias is not None)
        with no_grad():
            self.weight.copy_(weight)
            if bias is not None:
                self.bias.copy_(bias)

    def forward(self, input: Tensor) -> Tensor:
        padding = self.padding
        if self.padding_mode != "zeros":
            input, padding = pad(input, self._around(), self.padding_mode), 0
        return conv2d(
            input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups
        )

    def _around(self) -> tuple:
        """The padding as `pad` has it: (left, right, top, bottom)."""
        both, end = self.padding, (0, 0)
        if both == "same":
            both, end = same_padding(self.kernel_size, self.stride, self.dilation)
        (top, left), (bottom, right) = (0, 0) if both == "valid" else both, end
        return left, left + right, top, top + bottom

    def extra_repr(self) -> str:
        shown = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"
        shown += f", stride={self.stride}"
        for name, usual in (("padding", (0, 0)), ("dilation", (1, 1)), ("groups", 1)):
            value = getattr(self, name)
            shown += "" if value == usual else f", {name}={value}"
        shown += "" if self.bias is not None else ", bias=False"
        mode = self.padding_mode
        return shown if mode == "zeros" else f"{shown}, padding_mode={mode}"


class MaxPool2d(Module):
    """`max_pool2d` as a module. Shapes: (n, c, h, w) -> (n, c, h_out, w_out).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
    """

    def __init__(
        self,
        kernel_size,
        stride=None,
        padding=0,
        dilation=1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ):
        super().__init__()
        self.kernel_size, self.padding, self.dilation = kernel_size, padding, dilation
        self.stride = kernel_size if stride is None else stride
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def forward(self, input: Tensor):
        sizes = self.kernel_size, self.stride, self.padding, self.dilation
        return max_pool2d(input, *sizes, self.ceil_mode, self.return_indices)

    def extra_repr(self) -> str:
        shown = f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
        return f"{shown}, dilation={self.dilation}, ceil_mode={self.ceil_mode}"


class AvgPool2d(Module):
    """`avg_pool2d` as a module. Shapes: (n, c, h, w) -> (n, c, h_out, w_out).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
    """

    def __init__(
        self,
        kernel_size,
        stride=None,
        padding=0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ):
        super().__init__()
        self.kernel_size, self.padding, self.ceil_mode = kernel_size, padding, ceil_mode
        self.stride = kernel_size if stride is None else stride
        self.count_include_pad, self.divisor_override = count_include_pad, divisor_override

    def forward(self, input: Tensor) -> Tensor:
        sizes = self.kernel_size, self.stride, self.padding
        more = self.ceil_mode, self.count_include_pad, self.divisor_override
        return avg_pool2d(input, *sizes, *more)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AdaptiveAvgPool2d(Module):
    """`adaptive_avg_pool2d` as a module. Shapes: (n, c, h, w) -> (n, c, *output_size).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
    """

    def __init__(self, output_size):
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        return adaptive_avg_pool2d(input, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class BatchNorm2d(_BatchNorm):
    """Batch norm of images (n, c, h, w): each channel over all images, rows and columns.

    Shapes: kept. Else as `BatchNorm1d`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
    """

    _dims = (4,)


def dropout2d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False):
    """In training, whole channels become 0 with probability `p`; the others are divided by 1 - p.

    Shapes: (n, c, h, w), or (c, h, w), kept.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.dropout2d.html
    """
    check_images("dropout2d", input)
    return input * dropout(ones(*input.shape[:-2], 1, 1, dtype=input.dtype), p, training)


class Dropout2d(Module):
    """`dropout2d` in training; nothing at all after `eval()`. Shapes: (n, c, h, w), kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout2d.html
    """

    def __init__(self, p: float = 0.5, inplace: bool = False):
        super().__init__()
        check_number("Dropout2d", p=p)
        if not 0 <= p <= 1:
            raise ValueError(f"Dropout2d takes a p between 0 and 1, not {p}")
        self.p, self.inplace = p, inplace

    def forward(self, input: Tensor) -> Tensor:
        return dropout2d(input, self.p, self.training)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"

# %% #costs
def costs(channels: int, size: int, layers: list) -> tuple:
    """(parameters, products, bytes, field) of a stack of layers that gets one square image.

    channels, size: of the image. layers: (out, kernel, stride, padding) each, all square; `out` is
    the number of filters of a convolution, with a bias, or 0 for pooling, which keeps the channels.
    products: multiplications of inputs by weights. bytes: of the largest float32 `columns` of a
    convolution. field: the side of the square of pixels that one final output depends on.
    """
    parameters = products = memory = 0
    field = apart = 1
    for out, kernel, stride, padding in layers:
        size = output_size(size, kernel, stride, padding)
        if out:
            seen = channels * kernel**2  # the values of a window
            parameters += out * (seen + 1)
            products += out * seen * size**2
            memory = max(memory, 4 * seen * size**2)
            channels = out
        field += (kernel - 1) * apart
        apart *= stride
    return parameters, products, memory, field
