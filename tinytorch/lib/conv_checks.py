# generated from tito/lib/conv_checks.py by `tito build`: edit that file
"""What convolutions and pooling are called with: pairs, images, filters, and sizes that fit."""

from typing import Any

import numpy as np

from .layer_checks import check_floats, check_number, check_switch, check_tensors

__all__ = [
    "check_choice",
    "check_conv",
    "check_images",
    "check_pool",
    "check_sizes",
    "divisors",
    "pad_pairs",
    "pair",
    "same_padding",
    "spare",
]

Pair = tuple[int, int]


def pair(name: str, key: str, value: Any, least: int = 1) -> Pair:
    """A whole number, for rows and columns alike, or two of them, as a tuple.

    Raises: TypeError for anything else; RuntimeError for more of them, for a number below `least`,
    and for a name, of which convolutions know two.
    """
    parts = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    if isinstance(value, str) and key == "padding" and "conv" in name.lower():
        raise RuntimeError(f"{name}: {key} is 'same', 'valid' or in numbers, not {value!r}")
    if not parts or not all(_is_whole(part) for part in parts):
        raise TypeError(f"{name}: {key} is a whole number or a pair of them, not {value!r}")
    if len(parts) > 2:
        raise RuntimeError(f"{name}: {key} is a whole number or two of them, not {value!r}")
    if min(parts) < least:
        raise RuntimeError(f"{name}: {key} is {value}, and must be at least {least}")
    first, last = int(parts[0]), int(parts[-1])
    return first, last


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def check_choice(name: str, *known: str, **words: Any) -> None:
    """Raises: ValueError naming what is none of the `known` words."""
    for key, word in words.items():
        if not isinstance(word, str) or word not in known:
            raise ValueError(f"{name}: {key} is one of {', '.join(known)}, not {word!r}")


def check_sizes(name: str, **sizes: Any) -> None:
    """Raises: TypeError naming what is no whole number, ValueError for one below 1."""
    for key, size in sizes.items():
        if not _is_whole(size):
            raise TypeError(f"{name}: {key} is a whole number, not {size!r}")
        if size < 1:
            raise ValueError(f"{name}: {key} is {size}, and must be at least 1")


def check_images(name: str, x: Any) -> None:
    """Raises: TypeError unless `x` is a tensor; RuntimeError unless it holds floats in 3 or 4
    dimensions, of which only the first may have the size 0."""
    check_tensors(name, input=x)
    check_floats(name, input=x)
    if x.ndim not in (3, 4):
        raise RuntimeError(
            f"{name} takes images (n, channels, height, width), or one (channels, height, width), "
            f"not an input of shape {x.shape}"
        )
    if 0 in x.shape[-3:]:
        raise RuntimeError(f"{name} got an input of shape {x.shape}: its images are empty")


def check_conv(name: str, x: Any, weight: Any, bias: Any, groups: Any, turned: bool = False) -> int:
    """`groups` as an int, if input, weight and bias fit each other.

    turned: the weight is (in, out / groups, ...), as transposed convolutions have it, and not
    (out, in / groups, ...).
    Raises: TypeError for what is no tensor; RuntimeError naming the shapes that do not fit.
    """
    check_images(name, x)
    given = {"filters": weight} if bias is None else {"filters": weight, "bias": bias}
    for key, tensor in given.items():
        key = "weight" if key == "filters" else key
        if not isinstance(getattr(tensor, "array", None), np.ndarray):
            raise TypeError(f"{name}: {key} is a Tensor, not {type(tensor).__name__}")
        check_floats(name, **{key: tensor})
        if tensor.array.dtype != x.array.dtype:
            raise RuntimeError(
                f"{name}: input holds {x.dtype}, {key} holds {tensor.dtype}: use .to(dtype)"
            )
    if not _is_whole(groups):
        raise TypeError(f"{name}: groups is a whole number, not {groups!r}")
    order = "(in, out / groups, height, width)" if turned else "(out, in / groups, height, width)"
    if weight.ndim != 4 or 0 in weight.shape:
        raise RuntimeError(f"{name}: a weight is {order}, not of shape {weight.shape}")
    if groups < 1 or weight.shape[0] % groups:
        raise RuntimeError(f"{name}: {weight.shape[0]} filters do not divide into {groups} groups")
    wanted = weight.shape[0] if turned else weight.shape[1] * groups
    if x.shape[-3] != wanted:
        raise RuntimeError(
            f"{name} got an input of shape {x.shape} with {x.shape[-3]} channels, but a weight "
            f"of shape {weight.shape} with groups={groups} takes {wanted}"
        )
    outputs = weight.shape[1] * groups if turned else weight.shape[0]
    if bias is not None and bias.shape != (outputs,):
        raise RuntimeError(f"{name}: a bias has the shape ({outputs},), not {bias.shape}")
    return int(groups)


def same_padding(kernel: Pair, stride: Pair, dilation: Pair) -> tuple[Pair, Pair]:
    """The padding for padding="same": what goes on both sides, and what only at the end.

    Raises: RuntimeError if a stride is not 1, where there is no such padding.
    """
    if stride != (1, 1):
        raise RuntimeError(f"conv2d: padding='same' needs a stride of 1, not {stride}")
    rows, columns = (d * (k - 1) for k, d in zip(kernel, dilation, strict=True))
    return (rows // 2, columns // 2), (rows % 2, columns % 2)


def check_pool(
    name: str, x: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: Any
) -> tuple[Pair, Pair, Pair, Pair]:
    """Kernel, stride, padding and dilation of a pooling as pairs; no stride is the kernel's size.

    Raises: TypeError, RuntimeError as `pair` and `check_images`; RuntimeError for a padding of more
    than half a kernel, which would give windows with nothing in them.
    """
    check_images(name, x)
    check_switch(name, ceil_mode=ceil_mode)
    kernel = pair(name, "kernel_size", kernel_size)
    step = (
        kernel
        if stride is None or (isinstance(stride, list) and not stride)
        else pair(name, "stride", stride)
    )
    edge, spread = pair(name, "padding", padding, 0), pair(name, "dilation", dilation)
    for p, k, d in zip(edge, kernel, spread, strict=True):
        if p > (d * (k - 1) + 1) // 2:
            raise RuntimeError(
                f"{name}: padding {padding} is more than half of kernel_size {kernel_size}"
            )
    return kernel, step, edge, spread


def spare(size: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> int:
    """How many rows `ceil_mode=True` adds at the end, for one more window that begins inside."""
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    rest = room % stride
    begins = (room // stride + 1) * stride
    return stride - rest if rest and begins < size + padding else 0


def divisors(
    size: int, count: int, kernel: int, stride: int, padding: int, inside: bool
) -> np.ndarray:
    """By how many rows the sum of each of `count` windows is divided.

    inside: only rows of the input count; otherwise those of the padding as well, but not those
    that ceil_mode added.
    """
    start = np.arange(count) * stride - padding
    end = np.minimum(start + kernel, size + padding)
    if inside:
        start, end = np.maximum(start, 0), np.minimum(end, size)
    return end - start


def pad_pairs(x: Any, pad: Any, mode: Any, value: Any) -> list[Pair]:
    """(before, after) for each dimension of `x`, the first one first, from PyTorch's flat `pad`,
    in which the last dimension comes first.

    Raises: TypeError, ValueError and RuntimeError in words.
    """
    check_tensors("pad", input=x)
    sizes = tuple(pad) if isinstance(pad, (tuple, list)) else ()
    if not sizes or not all(_is_whole(size) for size in sizes):
        raise TypeError(f"pad takes a tuple of whole numbers, two a dimension, not {pad!r}")
    check_choice("pad", "constant", "reflect", "replicate", "circular", mode=mode)
    if value is not None:
        check_number("pad", value=value)
        if mode != "constant":
            raise RuntimeError(f"pad: mode {mode!r} takes no value")
    if len(sizes) % 2 or len(sizes) > 2 * x.ndim:
        raise RuntimeError(
            f"pad: {len(sizes)} numbers do not fit an input of shape {x.shape}: two a dimension, "
            "the last dimension first"
        )
    pairs = [(int(a), int(b)) for a, b in zip(sizes[::2], sizes[1::2], strict=True)]
    if mode != "constant" and not len(pairs) < x.ndim <= len(pairs) + 2:
        raise RuntimeError(f"pad: {pad} does not fit an input of shape {x.shape} in mode {mode!r}")
    every = [(0, 0)] * (x.ndim - len(pairs)) + pairs[::-1]
    for size, (before, after) in zip(x.shape, every, strict=True):
        if size + before + after < 0 or (mode != "constant" and size + before + after < 1):
            raise RuntimeError(f"pad: {pad} leaves nothing of an input of shape {x.shape}")
        most = {"reflect": size - 1, "circular": size}.get(mode, before + after)
        if max(before, after) > max(most, 0) and mode in ("reflect", "circular"):
            raise RuntimeError(
                f"pad: mode {mode!r} adds at most {most} to a dimension of {size}, not {pad}"
            )
    return every
