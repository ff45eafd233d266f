"""Activations and cross-entropy for large arrays: the same in fewer passes over memory.

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
    "rules_by_rows",
    "unshifted_losses",
    "when_large",
]

Array = np.ndarray
LARGE = 4096  # values from which on this is faster
# exp of 60 is 1e26, so a sum of them stays finite in float32; of numbers that add up to 1e-6 or
# more, those that are lost, below 1e-38, have probabilities below 1e-32. From 1e-30 on, a number
# has all its digits.
HIGHEST, LOWEST, LEAST = 60, 1e-6, 1e-30


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
    found = _unshifted(x) if dim in (-1, x.ndim - 1) else None
    if found is not None:
        out, sums = found
        out *= 1 / sums
        return out
    out = x - np.max(x, axis=dim, keepdims=True, initial=-np.inf)
    np.exp(out, out=out)
    out *= 1 / sum_along(out, dim)
    return out


def _unshifted(x: Array) -> tuple[Array, Array] | None:
    """exp(x) and its sum along the last dimension, or None if one is too large or too small."""
    if np.max(x) <= HIGHEST:  # not if it is NaN
        out = np.exp(x)
        sums = sum_along(out, -1)
        if np.min(sums) >= LOWEST:
            return out, sums
    return None


def unshifted_losses(x: Array, target: Array) -> tuple[Array, Array] | None:
    """The cross-entropy of rows of logits, -log of softmax at `target`; and their exponentials.

    Shapes: (n, classes), (n,) -> (n,), (n, classes). None where the largest logit must be
    subtracted first, which the plain formula does.
    """
    found = _unshifted(x)
    if found is None:
        return None
    e, sums = found
    picked = e[np.arange(len(x)), target]
    return (np.log(sums[:, 0] / picked), e) if np.min(picked) >= LEAST else None


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


def rules_by_rows(rules: dict[Any, Any]) -> dict[Any, Any]:
    """The `rules` {op: (rule,)} of tables, faster where their rows are long (see `long_rows`)."""

    def by_rows(rule: Callable[..., Array]) -> Callable[..., Array]:
        @long_rows
        def run(*arrays: Any, table: tuple[int, ...], **params: Any) -> Array:
            return rule(*arrays, **params)

        return lambda g, out, x, **params: run(g, out, x, table=x.shape or (1,), **params)

    return {op: (by_rows(own[0]),) for op, own in rules.items()}
