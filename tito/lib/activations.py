"""The activations of module 03 for large arrays: the same formulas in fewer passes over memory.

Where arrays are large, each line of NumPy costs a pass over memory, and each new array the time to
get hold of its pages. So here results are written over what is no longer needed, and what a plain
formula does twice is done once. Inputs are floats; shapes and dtypes are kept.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from .norms import long_rows
from .sums import sum_along, total

__all__ = [
    "large_leaky_relu",
    "large_rules",
    "large_sigmoid",
    "large_silu",
    "large_softmax",
    "when_large",
]

Array = np.ndarray
LARGE = 4096  # values from which on this is faster
# exp of 60 is 1e26, so a sum of them stays finite in float32; of numbers that add up to 1e-6 or
# more, those that are lost, below 1e-38, have probabilities below 1e-32.
HIGHEST, LOWEST = 60, 1e-6


def when_large(plain: Callable[..., Any], large: Callable[..., Any]) -> Callable[..., Any]:
    """A rule that goes by `large` for at least `LARGE` floats, and by `plain` for others."""

    @functools.wraps(plain)
    def rule(first: Any, *others: Any, **params: Any) -> Any:
        fits = first.size >= LARGE and first.dtype.kind == "f"
        return (large if fits else plain)(first, *others, **params)

    return rule


def large_sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)). Where exp(-x) overflows the result is 0, as in PyTorch."""
    out = np.negative(x)
    with np.errstate(over="ignore"):
        np.exp(out, out=out)
    out += 1
    return np.divide(1, out, out=out)


def large_silu(x: Array) -> tuple[Array, Array]:
    """x * sigmoid(x), and the sigmoid."""
    s = large_sigmoid(x)
    return x * s, s


def sigmoid_rule(g: Array, out: Array, x: Array) -> Array:
    part = 1 - out
    part *= out
    part *= g
    return part


def silu_rule(g: Array, s: Array, x: Array) -> Array:
    part = 1 - s
    part *= x
    part += 1
    part *= s
    part *= g
    return part


def large_leaky_relu(x: Array, negative_slope: float = 0.01) -> Array:
    """x where x > 0, else negative_slope * x."""
    out = x * negative_slope
    if negative_slope == 0:  # 0 times infinity is NaN, which a maximum would pass on
        return np.where(x > 0, x, out)
    return (np.maximum if negative_slope <= 1 else np.minimum)(x, out, out=out)


def leaky_relu_rule(g: Array, out: Array, x: Array, negative_slope: float = 0.01) -> Array:
    """`g` times the slope: 1 where x > 0, else `negative_slope`."""
    part = (x > 0).astype(g.dtype)
    if 0 <= negative_slope <= 1:
        np.maximum(part, negative_slope, out=part)  # without a branch, as `np.where` has one
    else:
        part[part == 0] = negative_slope
    part *= g
    return part


def large_softmax(x: Array, dim: int) -> Array:
    """exp(x) / sum of exp(x) along `dim`, accurate for any x.

    Along the last dimension it tries exp(x) as it stands: where no exponential is too large and no
    sum too small, the largest value need not be subtracted, and no digits are lost by that.
    """
    return _softmax(x, dim, table=x.shape)


@long_rows
def _softmax(x: Array, dim: int, table: tuple[int, ...]) -> Array:
    if dim in (-1, x.ndim - 1) and np.max(x) <= HIGHEST:  # not if it is NaN
        out = np.exp(x)
        sums = sum_along(out, dim)
        if np.min(sums) >= LOWEST:
            out *= 1 / sums
            return out
    out = x - np.max(x, axis=dim, keepdims=True, initial=-np.inf)
    np.exp(out, out=out)
    out *= 1 / sum_along(out, dim)
    return out


def softmax_rule(g: Array, out: Array, x: Array, dim: int) -> Array:
    return _softmax_rule(g, out, dim, table=out.shape)


@long_rows
def _softmax_rule(g: Array, out: Array, dim: int, table: tuple[int, ...]) -> Array:
    part = g - total((dim,), g, out)
    part *= out
    return part


# {name of the operation: its rule for large arrays}
LARGE_RULES: dict[str, Callable[..., Array]] = {
    "leaky_relu": leaky_relu_rule,
    "sigmoid": sigmoid_rule,
    "silu": silu_rule,
    "softmax": softmax_rule,
}


def large_rules(rules: dict[Any, Any]) -> dict[Any, Any]:
    """The `rules` {op: (rule,)}, each with its form for large arrays, if there is one."""
    return {
        op: (when_large(own[0], LARGE_RULES.get(op.name, own[0])),) for op, own in rules.items()
    }
