"""`mills`, for the normal distribution function, which NumPy lacks, and GELU by it."""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["gelu_exact", "gelu_tanh", "in_parts", "mills"]

PART = 1 << 15  # values, of which a core's cache holds several arrays

# exp(z**2) * erfc(z) = t * P(2t - 1) with t = 3 / (3 + z), for z >= 0. Both P were fitted to erfc
# for this course: that of float64 in Chebyshev polynomials, right to 2e-15, that of float32 for
# z up to 10, beyond which its exp(-z**2) is 0, right to 1.3e-7.
_CHEBYSHEV = [
    0.4711460746602907,
    0.3771589496915657,
    0.11803603344749534,
    0.02836234669969507,
    0.004871757757605472,
    0.0004598523878765199,
    -2.1430222381081824e-05,
    -1.3014473699199689e-05,
    -8.809283581586377e-07,
    2.7464800488555e-07,
    4.4159919098784255e-08,
    -6.39840837723921e-09,
    -1.6768357810689477e-09,
    1.9473345616963997e-10,
    6.247421417194444e-11,
    -8.124668930284747e-12,
    -2.330462046647298e-12,
    4.1901614500407665e-13,
    8.18540225551358e-14,
    -2.3419697175324535e-14,
    -2.3113665886274733e-15,
    1.2943940355272807e-15,
]
_SINGLE = [
    0.35800233483314514,
    0.2944648563861847,
    0.19673947989940643,
    0.1034872755408287,
    0.03987949341535568,
    0.008946813642978668,
    -0.0005431549507193267,
    -0.00097726343665272,
]
_SCALED = {  # for Mills' ratio, sqrt(pi / 2) times that at x / sqrt(2), and powers of t - 0.5
    dtype: [math.sqrt(math.pi / 2) * 2**k * power for k, power in enumerate(powers)][::-1]
    for dtype, powers in (
        (np.dtype("float32"), _SINGLE),
        (np.dtype("float64"), np.polynomial.chebyshev.cheb2poly(_CHEBYSHEV).tolist()),
    )
}
_SHIFT = 3 * math.sqrt(2)


def mills(x: np.ndarray) -> np.ndarray:
    """Mills' ratio of floats from 0 up: the tail of the normal distribution beyond x, by its
    density at x. It has all its digits where both are too small for a number.

    Shapes: any, kept; so is the dtype, float32 (up to 14, see above) or float64.
    """
    first, *others, last = _SCALED[x.dtype]
    t = np.divide(_SHIFT, x + _SHIFT)
    y = t - 0.5
    total = first * y
    for power in others:
        total += power
        total *= y
    total += last
    total *= t
    return total


def in_parts(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` of arrays of one shape, value by value, part by part where they are large.

    A large array is fetched from memory and written back by each line of NumPy. A part stays in the
    cache until the last line is done, which takes half the time. The function returns an array, or
    a tuple of several.
    """

    @functools.wraps(function)
    def run(*arrays: np.ndarray, **params: Any) -> Any:
        first = arrays[0]
        if first.size <= 4 * PART or not all(
            x.shape == first.shape and x.flags.c_contiguous for x in arrays
        ):
            return function(*arrays, **params)
        flat = [x.reshape(-1) for x in arrays]
        begin = function(*(x[:PART] for x in flat), **params)
        several = isinstance(begin, tuple)
        outs = [np.empty_like(first) for _ in range(len(begin) if several else 1)]
        for i in range(0, first.size, PART):
            found = function(*(x[i : i + PART] for x in flat), **params) if i else begin
            for out, part in zip(outs, found if several else (found,), strict=True):
                out.reshape(-1)[i : i + PART] = part
        return tuple(outs) if several else outs[0]

    return run


@in_parts
def gelu_exact(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x * Phi(x), Phi the normal distribution function, and its slope Phi(x) + x * phi(x).

    By the tail beyond |x|, which keeps all digits on both sides. Every line below is one pass over
    memory, so they work in place. Shapes: any, kept; so is the dtype, float32 or float64.
    """
    near = np.clip(x, -40, 40)  # beyond it the tail is 0; infinity times 0 would be NaN
    bell = near * near
    bell *= -0.5
    bell = np.exp(bell)
    bell *= 0.3989422804014327  # 1 / sqrt(2 pi): the density
    phi = mills(np.abs(near))
    phi *= bell  # the tail
    phi = np.abs((x > 0).astype(x.dtype) - phi)
    bell *= near
    bell += phi
    phi *= np.clip(x, -40, np.inf)
    return phi, bell


@in_parts
def gelu_tanh(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x * h with h = (1 + tanh(u)) / 2, u = sqrt(2 / pi) * (x + 0.044715 x**3), and its slope.

    The slope is h + x * 2 h (1 - h) * u'. Shapes: any, kept; so is the dtype.
    """
    square = x * x
    half = square * 0.035677408136300125  # sqrt(2 / pi) * 0.044715
    half += 0.7978845608028654  # sqrt(2 / pi)
    half *= x
    half = np.tanh(half)
    half *= 0.5
    half += 0.5
    out = x * half
    square *= 0.2140644488178008  # 2 u', without x
    square += 1.5957691216057308
    square *= out
    square *= 1 - half
    square += half
    return out, square
