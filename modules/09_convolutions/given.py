"""What module 09 gives ready-made, in sections that convolutions.py puts in place."""

# %% given: imports "what the module needs: NumPy, gradients, layers, norms and tensors"
#| default_exp core.convolutions
#| export
import math
from contextlib import suppress

import numpy as np

from tinytorch.core.autograd import VJPS, no_grad
from tinytorch.core.layers import Module, Parameter, dropout, uniform_
from tinytorch.core.normalization import _BatchNorm
from tinytorch.core.tensor import Op, Tensor, cat, empty, ones
from tinytorch.lib import convolution, pooling
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
from tinytorch.lib.layer_checks import check_number, check_switch
from tinytorch.lib.modules import placed
from tinytorch.lib.sums import total


# %% given: notebook-imports "what only this notebook needs: figures, MNIST, checks and layers"
import itertools
import time
from functools import partial

import matplotlib.pyplot as plt

from tinytorch.core.layers import Flatten, Linear, ReLU, Sequential
from tinytorch.core.losses import cross_entropy
from tinytorch.core.normalization import BatchNorm1d
from tinytorch.core.optimizers import Adam, OneCycleLR
from tinytorch.core.tensor import manual_seed, op_hooks, randn, tensor
from tinytorch_data import mnist
from tito.checks import close, equal, raises, true


# %% given: tests "for the tests: HOW, POOLS, MISTAKES and what they give; check, by_loops, ..."
HOW = {  # settings to convolve with; the last leaves pixels over in an image of 6 x 7
    "plain": {"stride": (1, 1), "padding": (0, 0), "dilation": (1, 1)},
    "padded": {"stride": (1, 1), "padding": (1, 1), "dilation": (1, 1)},
    "padding (1, 2)": {"stride": (1, 1), "padding": (1, 2), "dilation": (1, 1)},
    "stride (2, 1)": {"stride": (2, 1), "padding": (0, 0), "dilation": (1, 1)},
    "dilation (1, 2)": {"stride": (1, 1), "padding": (0, 1), "dilation": (1, 2)},
    "everything at once": {"stride": (2, 3), "padding": (2, 1), "dilation": (2, 1)},
    "a rest": {"stride": (2, 2), "padding": (1, 0), "dilation": (1, 1)},
}
POOLS = {
    "2 x 2": {"kernel": (2, 2), "stride": (2, 2), "padding": (0, 0), "dilation": (1, 1)},
    "3 x 2 and a rest": {"kernel": (3, 2), "stride": (3, 2), "padding": (0, 0), "dilation": (1, 1)},
    "overlapping": {"kernel": (3, 3), "stride": (1, 2), "padding": (0, 0), "dilation": (1, 1)},
    "padded": {"kernel": (3, 2), "stride": (2, 2), "padding": (1, 1), "dilation": (1, 1)},
    "dilated": {"kernel": (2, 2), "stride": (2, 1), "padding": (0, 1), "dilation": (2, 3)},
}
NUMBERS = ("parameters", "products", "bytes", "field")
LENET = [(6, 5, 1, 2), (0, 2, 2, 0), (16, 5, 1, 0), (0, 2, 2, 0)]
COSTS = {  # what mistakes give, by the name of a number and the right one
    ("parameters", 156): {"the biases are missing": 150, "one bias for all filters": 151},
    ("parameters", 2572): {
        "the biases are missing": 2550,
        "the channels of the input are missing": 572,
        "pooling has no parameters": 2624,
    },
    ("products", 117600): {
        "each weight is used at every place, not once": 150,
        "the places were counted along one side only": 4200,
        "the filters are missing": 19600,
    },
    ("products", 357600): {
        "the size before the pooling was kept": 1500000,
        "the channels of the input are missing": 157600,
    },
    ("bytes", 78400): {
        "numbers, not bytes: a float32 has four": 19600,
        "those of the image, not of the columns": 3136,
        "times the filters: all of them read the same columns": 470400,
        "those of the last convolution, not the largest": 60000,
        "all columns together, not the largest": 138400,
    },
    ("field", 16): {
        "the strides before are missing: steps grow with them": 11,
        "the kernels were added up": 14,
        "the pooling layers see further, too": 13,
        "each layer's own stride is used before it counts": 19,
        "the sizes were multiplied": 100,
    },
}
MISTAKES = {
    "y": {
        "the filter was turned by 180 degrees": [[[[23, 33], [53, 63]]]],
        "the window was turned over its diagonal": [[[[35, 45], [65, 75]]]],
        "the columns and the places are exchanged": [[[[37, 67], [47, 77]]]],
        "a dimension is missing: (n, out, h_out, w_out)": [[[37, 47], [67, 77]]],
        "the places are still in one row": [[[37, 47, 67, 77]]],
    },
    "columns": {
        "the windows are rows: a column is a window": [
            [[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]][::-1]
        ],
        "the dimension of the images is missing": [
            *([1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]),
        ],
    },
    "the first row of y with padding and a bias of 0.5": {
        "the bias is missing": [4, 11, 18, 9],
        "the bias was added twice": [5, 12, 19, 10],
        "the windows were reshaped as they come: their insides go first": [0.5, 42.5, 0.5, 30.5],
        "the padding is not of zeros": [10.5, 14.5, 21.5, 18.5],
    },
    "for_x": {
        "assigned, not added: where windows overlap, the last one won": [
            *([1, 2, 20], [3, 4, 40], [300, 400, 4000]),
        ],
        "added for all places at once: where windows overlap, one is kept": [
            *([1, 10, 20], [100, 1000, 2000], [300, 3000, 4000]),
        ],
        "the filter was turned by 180 degrees": [
            *([4, 43, 30], [402, 4321, 3010], [200, 2100, 1000]),
        ],
    },
    "for_weight": {
        "the filter was turned by 180 degrees": [[9865, 8754], [6532, 5421]],
        "transposed": [[5421, 8754], [6532, 9865]],
        "divided by the number of places": [[1355.25, 1633], [2188.5, 2466.25]],
        "g was not summed with the columns": [[1111, 1111], [1111, 1111]],
    },
    "for_bias": {
        "the mean over the places: gradients add up": [277.75],
        "one sum of everything, without a dimension": 1111,
    },
    "the largest values": {
        "the padding was of zeros, which are larger than all values": [0, -2, 0],
        "the smallest values": [-1e400, -9, -1e400],
    },
    "the winners": {
        "the last of equal values won": [2, 1, 1],
        "places in the padded row, not in the window": [2, 2, 5],
        "places in the row, not in the window": [1, 1, 4],
    },
    "the gradient": {
        "of a pixel that won twice, only one window counts": [0, 1, 0, 0, 100],
        "of a pixel that won twice, only the last window counts": [0, 10, 0, 0, 100],
        "all of several equal values got the gradient": [0, 11, 10, 0, 100],
        "equal values shared the gradient": [0, 6, 5, 0, 100],
        "spread over the window, as for an average": [1 / 3, 11 / 3, 10 / 3, 110 / 3, 100 / 3],
        "the stride is missing": [10, 1, 100, 0, 0],
        "the padding was not cut off": [0, 0, 11, 0, 0, 100, 0],
        "cut off on the wrong side": [0, 0, 11, 0, 0],
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


def in_order(rule, **how):
    """`rule` with its arrays in order, whatever their names are."""
    return lambda **arrays: rule(*arrays.values(), **how)


def size_mistakes(size, kernel, stride=1, padding=0, dilation=1) -> dict:
    """What mistakes in `output_size` give."""
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    return {
        "not rounded down: what does not fit is no window": room / stride + 1,
        "rounded up": -(-room // stride) + 1,
        "the first window is missing: + 1": room // stride,
        "the padding counts once, not at both ends": (room - padding) // stride + 1,
        "the padding is missing": (room - 2 * padding) // stride + 1,
        "the stride is missing": room + 1,
        "the dilation is missing": (size + 2 * padding - kernel) // stride + 1,
        "the last pixel of a dilated window needs no gap behind it": (
            (size + 2 * padding - dilation * kernel) // stride + 1
        ),
    }


def cut_out(x, kernel, stride, dilation) -> np.ndarray:
    """The windows, cut out one after the other: a copy."""
    (h, w), spans = x.shape[2:], [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    rows, columns = range(0, h - spans[0] + 1, stride[0]), range(0, w - spans[1] + 1, stride[1])
    parts = [
        x[:, :, r : r + spans[0] : dilation[0], c : c + spans[1] : dilation[1]]
        for r in rows
        for c in columns
    ]
    return np.stack(parts, 2).reshape(*x.shape[:2], len(rows), len(columns), *kernel)


def windows_mistakes(x, kernel, stride, dilation) -> dict:
    """What mistakes in `windows` give."""
    right, every = (cut_out(x, kernel, step, dilation) for step in (stride, (1, 1)))
    h, w = right.shape[2:4]
    return {
        "the stride is missing": every[:, :, :h, :w],
        "there are more windows than the stride allows": every,
        "the dilation is missing": cut_out(x, kernel, stride, (1, 1))[:, :, :h, :w],
        "windows and their insides are exchanged": np.moveaxis(right, (2, 3), (4, 5)),
    }


def by_loops(x, weight, bias=None, *, stride, padding, dilation) -> np.ndarray:
    """What `conv2d_forward` gives, window by window."""
    around = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))
    parts = cut_out(around, weight.shape[2:], stride, dilation)
    y = np.einsum("ncijab,ocab->noij", parts, weight)
    return y if bias is None else y + bias[:, None, None]


def forward_mistakes(x, weight, bias, how) -> dict:
    """What mistakes in `conv2d_forward` give."""
    plain = HOW["plain"]
    return {
        "the filter was turned by 180 degrees": by_loops(x, weight[..., ::-1, ::-1], bias, **how),
        "the bias is missing": by_loops(x, weight, **how),
        "the stride is missing": by_loops(x, weight, bias, **how | {"stride": plain["stride"]}),
        "the dilation is missing": by_loops(
            x, weight, bias, **how | {"dilation": plain["dilation"]}
        ),
        "rows and columns of the stride are exchanged": by_loops(
            x, weight, bias, **how | {"stride": how["stride"][::-1]}
        ),
        "rows and columns of the padding are exchanged": by_loops(
            x, weight, bias, **how | {"padding": how["padding"][::-1]}
        ),
    }


def outcome(x, weight, how) -> tuple:
    """A random gradient of the result of a convolution, and the columns that belong to it."""
    around = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in how["padding"])))
    parts = cut_out(around, weight.shape[2:], how["stride"], how["dilation"])
    n, c, h, w, kh, kw = parts.shape
    columns = np.moveaxis(parts, (4, 5), (2, 3)).reshape(n, c * kh * kw, h * w)
    return np.random.default_rng(h * w).normal(size=(n, len(weight), h, w)), columns


def slopes(g, x, weight, **how) -> tuple:
    """The gradients of x and weight if `g` is that of the result: how far each number moves it."""
    ones = np.eye(x[0].size).reshape(-1, *x.shape[1:])
    by_x = np.einsum("noij,poij->np", g, by_loops(ones, weight, **how))
    ones = np.eye(weight[0].size).reshape(-1, *weight.shape[1:])
    by_weight = np.einsum("noij,npij->op", g, by_loops(x, ones, **how))
    return by_x.reshape(x.shape), by_weight.reshape(weight.shape)


def edge_mistakes(g, x, weight, how) -> dict:
    """What is wrong with the gradient of x if the padding is cut off wrongly."""
    (p, q), (h, w) = how["padding"], x.shape[2:]
    around = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    wide, _ = slopes(g, around, weight, **how | {"padding": (0, 0)})
    return {
        "the padding is still there": wide,
        "all of the padding was cut off at the end": wide[:, :, :h, :w],
        "all of the padding was cut off at the start": wide[:, :, 2 * p :, 2 * q :],
    }


def pool_by_loops(x, how) -> tuple:
    """(largest, winner) of each window."""
    edges = ((0, 0), (0, 0), *((p, p) for p in how["padding"]))
    around = np.pad(x, edges, constant_values=-np.inf)
    parts = cut_out(around, how["kernel"], how["stride"], how["dilation"])
    parts = parts.reshape(*parts.shape[:4], math.prod(how["kernel"]))
    return parts.max(-1), parts.argmax(-1)


def pool_gradient(g, winner, x, how) -> np.ndarray:
    """The gradient of x, added up window by window."""
    (p, q), (h, w) = how["padding"], x.shape[2:]
    found = np.zeros((*x.shape[:2], h + 2 * p, w + 2 * q), x.dtype)
    for n, c, i, j in np.ndindex(g.shape):
        a, b = divmod(int(winner[n, c, i, j]), how["kernel"][1])
        row = i * how["stride"][0] + a * how["dilation"][0]
        column = j * how["stride"][1] + b * how["dilation"][1]
        found[n, c, row, column] += g[n, c, i, j]
    return found[:, :, p : p + h, q : q + w]


def window_mistakes(count: int) -> dict:
    """What mistakes in the windows of (1, 2, 4, 8, 16) give."""
    x, n = np.array([1.0, 2, 4, 8, 16]), 5 // count
    return {
        "windows of equal size: the last values are in none": [
            [[[x[i * n : i * n + n].mean() for i in range(count)]]]
        ],
        "the end is rounded down, too": [
            [[[x[i * 5 // count : (i + 1) * 5 // count].mean() for i in range(count)]]]
        ],
    }


def check_bound(found, fan: int, what: str) -> None:
    """Check that the values of `found`, a hundred or more, are drawn up to 1 / sqrt(fan)."""
    largest, bound = float(np.abs(found.numpy()).max()), fan**-0.5
    known = {
        "the fan-in is of a whole window, kh * kw pixels of each channel": 8**-0.5,
        "the fan-in, not the fan-out": (400 * 10) ** -0.5,
        "that is 1 / sqrt(out_channels)": 400**-0.5,
        "a filter sees only the channels of its group": 80**-0.5,
        "the root is missing": 1 / fan,
        "that is Kaiming's bound for relu": (6 / fan) ** 0.5,
    }
    is_right = 0.98 * bound < largest < 1.0001 * bound
    near = [text for text, other in known.items() if abs(largest - other) < other / 50]
    expected = f"close to {bound:.4f}, that is 1 / sqrt({fan})"
    what, hint = f"the largest value of {what}", "" if is_right else " or ".join(near)
    true(is_right, what, expected=expected, got=largest, hint=hint)


# %% given: padded "padded: an array with rows and columns added around each image; cropped"
#| export
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


# %% given: forms "correlate and its two gradients, each in the form that is faster"
#| export
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


# %% given: conv2d "convolution_op and conv2d, from your parts; pad"
#| export
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


# %% given: maps "the figure: four filters made by hand, and what they find in a digit"
HAND_MADE = {
    "left - right": [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
    "above - below": [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
    "outline": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "blur": [[1 / 9] * 3] * 3,
}
filters = np.array(list(HAND_MADE.values()), np.float32)[:, None]
maps, _ = conv2d_forward(image, filters, **HOW["padded"])
fig, panels = plt.subplots(1, 5, figsize=(8.5, 1.9), layout="constrained")
panels[0].imshow(image[0, 0], cmap="gray_r")
panels[0].set_title("digit")
for ax, name, found in zip(panels[1:], HAND_MADE, maps[0], strict=True):
    most = np.abs(found).max()
    ax.imshow(found, cmap="RdBu_r", vmin=-most, vmax=most)
    ax.set_title(name)
for ax in panels:
    ax.axis("off")
plt.show()


# %% given: race "race: milliseconds of both forms, by the number of channels; draw_race"
def race(channels, size=14, images=16):
    """(columns, rows, gap): the best milliseconds of both forms, and how far their results differ.

    Forward and all gradients of 3 x 3 filters, as many as channels.
    """
    rng, how = np.random.default_rng(0), {**HOW["padded"]}
    x = rng.normal(size=(images, channels, size, size)).astype("float32")
    weight = rng.normal(size=(channels, channels, 3, 3)).astype("float32") / 3 / channels**0.5

    def in_columns():
        y, columns = conv2d_forward(x, weight, **how)
        for_x, for_weight, _ = conv2d_rules()
        return y, for_x(y, columns, x, weight, **how), for_weight(y, columns, x, weight, **how)

    def in_rows():
        y = convolution.forward(x, weight, **how)
        by_x = convolution.input_gradient(y, x.shape, weight, **how)
        return y, by_x, convolution.weight_gradient(y, x, weight.shape, **how)

    kept, convolution.MANY_CHANNELS = convolution.MANY_CHANNELS, 0  # rows, whatever there is
    try:
        gap = max(
            np.abs(a - b).max() / np.abs(a).max()
            for a, b in zip(in_columns(), in_rows(), strict=True)
        )
        return milliseconds(in_columns), milliseconds(in_rows), float(gap)
    finally:
        convolution.MANY_CHANNELS = kept


def milliseconds(function, times=7):
    """The best of several calls, the one that other work on the computer disturbed least."""
    best = math.inf
    for _ in range(times):
        start = time.thread_time()
        function()
        best = min(best, time.thread_time() - start)
    return 1000 * best


def draw_race(channels, times):
    """Draw how much longer each form takes than the faster one, over the channels."""
    fastest = np.min([both[:2] for both in times], axis=1)
    _, ax = plt.subplots(figsize=(5.5, 2.8), layout="constrained")
    for place, name in enumerate(("columns (yours)", "rows, channels last")):
        ax.semilogx(channels, [both[place] for both in times] / fastest, "o-", base=2, label=name)
    ax.axvline(convolution.MANY_CHANNELS, color="gray", linestyle=":", label="the choice")
    ax.set(xlabel="channels", ylabel="time / faster form", xticks=channels, xticklabels=channels)
    ax.legend()
    plt.show()


# %% given: max-pool2d "max_pool2d, from your parts"
#| export
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


# %% given: average-pools "avg_pool2d, and adaptive_avg_pool2d by your windows"
#| export
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


# %% given: layers "Conv2d; MaxPool2d, AvgPool2d, AdaptiveAvgPool2d; BatchNorm2d, Dropout2d"
#| export
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


# %% given: measure "lenet_layers, and what a hook and a gradient measure of them; draw_fields"
def lenet_layers(depth):
    """The first of LeNet's two convolutions and two poolings, without the ReLUs."""
    manual_seed(0)
    parts = Conv2d(1, 6, 5, padding=2), MaxPool2d(2), Conv2d(6, 16, 5), MaxPool2d(2)
    return Sequential(*parts[:depth])


def measure(model):
    """((parameters, products, bytes, field), picture): as `costs`, but measured.

    picture: how strongly one output pixel depends on each pixel of the image, on average.
    """
    products, memory = 0, 0

    def hook(phase, op, run, *args, **params):
        nonlocal products, memory
        result = run(*args, **params)
        if phase == "forward" and op is convolution_op:
            y, columns = result
            products += y[0].size * args[1][0].size
            memory = max(memory, columns[0].nbytes)
        return result

    op_hooks.append(hook)
    try:
        images = randn(200, 1, 28, 28, requires_grad=True)
        out = model(images)
    finally:
        op_hooks.remove(hook)
    middle = out.shape[-1] // 2
    out[:, :, middle, middle].sum().backward()
    picture = np.abs(images.grad.numpy()).mean((0, 1))
    rows = np.flatnonzero(picture.any(1))
    field = int(rows[-1] - rows[0]) + 1
    return (sum(p.numel() for p in model.parameters()), products, memory, field), picture


def draw_fields(pictures):
    """Draw what one output pixel depends on, after 1, 2, ... layers."""
    _, panels = plt.subplots(1, len(pictures), figsize=(8.5, 2.3), layout="constrained")
    for depth, (ax, picture) in enumerate(zip(panels, pictures, strict=True), 1):
        ax.imshow(picture, cmap="magma")
        ax.set_title(f"{depth} layer{'s' * (depth > 1)}")
        ax.axis("off")
    plt.show()


# %% given: digits "MNIST, a perceptron; train; accuracy, also of shifted digits; draw_shifts"
data = mnist()
pixels, answers = data.train_images[:, None], data.train_labels  # (8000, 1, 28, 28)


perceptron = Sequential(
    *(Flatten(), Linear(784, 128), ReLU(), Linear(128, 64), ReLU(), Linear(64, 10)),
)


def train(model, epochs=3, size=64):
    """Losses and the norms of the gradients of all weights, at each step; seconds of computing."""
    start = time.thread_time()
    rng, losses, norms = np.random.default_rng(0), [], []
    optimizer, steps = Adam(model.parameters(), lr=0.006), epochs * len(pixels) // size
    schedule = OneCycleLR(optimizer, 0.006, total_steps=steps)
    weights = [p for p in model.parameters() if p.ndim > 1]
    order = np.concatenate([rng.permutation(len(pixels)) for _ in range(epochs)])
    for chosen in order[: steps * size].reshape(steps, size):
        loss = cross_entropy(model(tensor(pixels[chosen])), tensor(answers[chosen]))
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
        norms.append([float(np.linalg.norm(p.grad.numpy())) for p in weights])
        optimizer.step()
        schedule.step()
    return losses, norms, time.thread_time() - start


def accuracy(model, shift=0):
    """The share of 1,000 new digits that are read rightly, shifted to the right by some pixels."""
    images = np.zeros((1000, 1, 28, 28), "float32")
    images[..., shift:] = data.test_images[:1000, None, :, : 28 - shift]
    with no_grad():
        guesses = model(tensor(images)).argmax(1).numpy()
    return float((guesses == data.test_labels[:1000]).mean())


def draw_shifts(shifts):
    """Draw the share of digits that are read, over the shift in pixels."""
    _, ax = plt.subplots(figsize=(5, 2.6), layout="constrained")
    for name, shares in shifts.items():
        ax.plot(shares, "o-", label=name)
    ax.set(xlabel="shift in pixels", ylabel="digits read", ylim=(0, 1))
    ax.legend()
    plt.show()


# %% given: training-figure "the figure: losses, gradients by layer, filters before and after"
def smooth(values, width=20):
    """Averages of `width` values each."""
    whole = np.array(values[: len(values) // width * width])
    return whole.reshape(-1, width, *whole.shape[1:]).mean(1)


fig = plt.figure(figsize=(10, 2.8), layout="constrained")
left, middle, right = fig.subfigures(1, 3, width_ratios=(1, 1.2, 1.6))
ax = left.subplots()
for name, line in losses.items():
    ax.plot(20 * np.arange(len(smooth(line))), smooth(line), label=name)
ax.set(xlabel="step", ylabel="loss")
ax.legend()
ax = middle.subplots()
lines = ax.semilogy(20 * np.arange(len(smooth(norms["LeNet"]))), smooth(norms["LeNet"]))
ax.legend(
    lines, ("conv 1", "conv 2", "linear 1", "linear 2", "linear 3"), fontsize="small", ncols=2
)
ax.set(xlabel="step", ylabel="norm of the weight's gradient")
panels, pictures = right.subplots(2, 6), (*before, *lenet[0].weight.numpy())
panels[0, 0].set_title("before")
panels[1, 0].set_title("after")
for ax, picture in zip(panels.flat, pictures, strict=True):
    most = np.abs(picture).max()
    ax.imshow(picture[0], cmap="RdBu_r", vmin=-most, vmax=most)
    ax.axis("off")
plt.show()
