# generated from tito/lib/elementwise.py by `tito build`: edit that file
"""Methods that work value by value, beyond those of module 01."""

import math
from typing import Any, ClassVar

import numpy as np

from .methods import computed
from .numbers import fitting
from .primitives import Methods, Primitive, refuse, unwrapped
from .special import mills

__all__ = ["Elementwise"]

ROOT_PI = math.sqrt(math.pi)


def _kept(ufunc: Any) -> Any:
    """A rounding of floats, which leaves whole numbers as they are."""

    def forward(x: Any, **how: Any) -> Any:
        if x.dtype.kind == "b":
            raise ValueError("booleans are not rounded: use .float()")
        return ufunc(x, **how) if x.dtype.kind == "f" else np.copy(x)

    return forward


def _flat(g: Any, out: Any, x: Any, **how: Any) -> Any:
    """The gradient of steps: 0."""
    return np.zeros_like(g)


def _erf(x: Any) -> Any:
    """The error function: by its tail, and near 0 by its series, which keeps all digits there."""
    x64 = np.asarray(x, np.float64)
    size = np.minimum(np.abs(x64), 6.5)
    far = 1 - math.sqrt(2 / math.pi) * np.exp(-size * size) * mills(size * math.sqrt(2))
    near, term = np.zeros_like(size), np.minimum(size, 0.5)
    square = term * term
    for n in range(14):
        near += term / (2 * n + 1)
        term = term * -square / (n + 1)
    return np.copysign(np.where(size < 0.5, near * 2 / ROOT_PI, far), x64).astype(x.dtype)


def _whole_division(divide: Any) -> Any:
    """Raises: ValueError where whole numbers are divided by 0."""

    def forward(a: Any, b: Any) -> Any:
        kinds = {np.asarray(a).dtype.kind, np.asarray(b).dtype.kind}
        if kinds == {"b"}:
            raise ValueError("booleans cannot be divided: use .int()")
        if "f" not in kinds and not np.all(b) and np.size(a):
            raise ValueError("whole numbers cannot be divided by 0")
        with np.errstate(all="ignore"):
            return divide(a, b)

    return forward


def _lost(divide: Any) -> Any:
    """The rules of a remainder, a - n b with the whole number n = `divide(a / b)`."""
    return (
        lambda g, out, a, b: g,
        lambda g, out, a, b: -g * divide(np.asarray(a, g.dtype), np.asarray(b, g.dtype)),
    )


def _inverse(x: Any) -> Any:
    """1 / x, and 0 where x is 0."""
    return np.divide(1, x, out=np.zeros_like(x, np.result_type(x, np.float32)), where=x != 0)


def _slope(slope: Any) -> tuple[Any]:
    """The rule of a function with this slope at x; out is the function's value."""
    return (lambda g, out, x: g * slope(x, out),)


class Elementwise(Methods):
    """Rounding, functions, remainders and questions, value by value."""

    __slots__ = ()
    _primitives: ClassVar[dict[str, Primitive]] = {
        "floor": Primitive(_kept(np.floor), (_flat,)),
        "ceil": Primitive(_kept(np.ceil), (_flat,)),
        "trunc": Primitive(_kept(np.trunc), (_flat,)),
        "round": Primitive(_kept(np.round), (_flat,)),
        "sign": Primitive(lambda x: np.copy(x) if x.dtype.kind == "b" else np.sign(x), (_flat,)),
        "log1p": Primitive(np.log1p, _slope(lambda x, out: 1 / (1 + x)), "inputs"),
        "expm1": Primitive(np.expm1, _slope(lambda x, out: out + 1), "output"),
        "log2": Primitive(np.log2, _slope(lambda x, out: 1 / (x * math.log(2))), "inputs"),
        "log10": Primitive(np.log10, _slope(lambda x, out: 1 / (x * math.log(10))), "inputs"),
        "exp2": Primitive(np.exp2, _slope(lambda x, out: out * math.log(2)), "output"),
        "rsqrt": Primitive(
            lambda x: 1 / np.sqrt(x), _slope(lambda x, out: -0.5 * out * out * out), "output"
        ),
        "reciprocal": Primitive(lambda x: 1 / x, _slope(lambda x, out: -out * out), "output"),
        "tan": Primitive(np.tan, _slope(lambda x, out: 1 + out * out), "output"),
        "sinh": Primitive(np.sinh, _slope(lambda x, out: np.cosh(x)), "inputs"),
        "cosh": Primitive(np.cosh, _slope(lambda x, out: np.sinh(x)), "inputs"),
        "asin": Primitive(np.arcsin, _slope(lambda x, out: 1 / np.sqrt(1 - x * x)), "inputs"),
        "acos": Primitive(np.arccos, _slope(lambda x, out: -1 / np.sqrt(1 - x * x)), "inputs"),
        "atan": Primitive(np.arctan, _slope(lambda x, out: 1 / (1 + x * x)), "inputs"),
        "erf": Primitive(_erf, _slope(lambda x, out: 2 / ROOT_PI * np.exp(-x * x)), "inputs"),
        "atan2": Primitive(
            np.arctan2,
            (
                lambda g, out, y, x: g * x * _inverse(x * x + y * y),
                lambda g, out, y, x: -g * y * _inverse(x * x + y * y),
            ),
            "inputs",
        ),
        "floor_divide": Primitive(_whole_division(np.floor_divide)),
        "remainder": Primitive(_whole_division(np.remainder), _lost(np.floor_divide), "inputs"),
        "fmod": Primitive(_whole_division(np.fmod), _lost(lambda a, b: np.trunc(a / b)), "inputs"),
        "lerp": Primitive(
            lambda a, b, w: np.where(np.abs(w) < 0.5, a + w * (b - a), b - (b - a) * (1 - w)),
            (
                lambda g, out, a, b, w: g * (1 - w),
                lambda g, out, a, b, w: g * w,
                lambda g, out, a, b, w: g * (b - a),
            ),
            "inputs",
        ),
        "nan_to_num": Primitive(
            lambda x, nan, posinf, neginf: np.nan_to_num(x, True, nan, posinf, neginf),
            (lambda g, out, x, **how: np.where(np.isfinite(x), g, 0),),
            "inputs",
        ),
    }

    def _in_floats(self: Any) -> Any:
        """Itself, or in float32 if it holds no floats."""
        return self if self.array.dtype.kind == "f" else self.float()

    def _asked(self: Any, function: Any, *others: Any) -> Any:
        """A tensor of booleans or whole numbers, which gradients do not pass."""
        try:
            return self._plain(np.asarray(function(self.array, *map(unwrapped, others))))
        except ValueError:
            got = " and ".join(str(np.shape(unwrapped(x))) for x in (self, *others))
            raise RuntimeError(f"shapes {got} do not broadcast") from None

    def floor(self: Any) -> Any:
        """The largest whole number that is not above each value. Shapes: any, kept."""
        return self._ops.floor(self)

    def ceil(self: Any) -> Any:
        """The smallest whole number that is not below each value. Shapes: any, kept."""
        return self._ops.ceil(self)

    def trunc(self: Any) -> Any:
        """Each value without its fraction. Shapes: any, kept."""
        return self._ops.trunc(self)

    def fix(self: Any) -> Any:
        """As `trunc`. Shapes: any, kept."""
        return self.trunc()

    def frac(self: Any) -> Any:
        """The fraction of each value, with its sign. Shapes: any, kept.

        Raises: RuntimeError for whole numbers.
        """
        if self.array.dtype.kind != "f":
            raise refuse("frac", f"of {self.dtype} values: they have no fractions")
        return self - self.trunc()

    def round(self: Any, *, decimals: int = 0) -> Any:
        """Each value rounded to `decimals` places, halves to the even side. Shapes: any, kept."""
        return self._ops.round(self, decimals=decimals)

    def sign(self: Any) -> Any:
        """-1, 0 or 1, as each value is. Shapes: any, kept."""
        return self._ops.sign(self)

    def log1p(self: Any) -> Any:
        """log(1 + x), right to the last digit for small values. Shapes: any, kept."""
        return self._ops.log1p(self._in_floats())

    def expm1(self: Any) -> Any:
        """exp(x) - 1, right to the last digit for small values. Shapes: any, kept."""
        return self._ops.expm1(self._in_floats())

    def log2(self: Any) -> Any:
        """The logarithm to the base 2. Shapes: any, kept."""
        return self._ops.log2(self._in_floats())

    def log10(self: Any) -> Any:
        """The logarithm to the base 10. Shapes: any, kept."""
        return self._ops.log10(self._in_floats())

    def exp2(self: Any) -> Any:
        """2 to the power of each value. Shapes: any, kept."""
        return self._ops.exp2(self._in_floats())

    def rsqrt(self: Any) -> Any:
        """1 / sqrt(x). Shapes: any, kept."""
        return self._ops.rsqrt(self._in_floats())

    def reciprocal(self: Any) -> Any:
        """1 / x. Shapes: any, kept."""
        return self._ops.reciprocal(self._in_floats())

    def square(self: Any) -> Any:
        """x * x. Shapes: any, kept."""
        return self**2

    def tan(self: Any) -> Any:
        """The tangent, of radians. Shapes: any, kept."""
        return self._ops.tan(self._in_floats())

    def sinh(self: Any) -> Any:
        """The hyperbolic sine. Shapes: any, kept."""
        return self._ops.sinh(self._in_floats())

    def cosh(self: Any) -> Any:
        """The hyperbolic cosine. Shapes: any, kept."""
        return self._ops.cosh(self._in_floats())

    def asin(self: Any) -> Any:
        """The angle in radians whose sine each value is. Shapes: any, kept."""
        return self._ops.asin(self._in_floats())

    def acos(self: Any) -> Any:
        """The angle in radians whose cosine each value is. Shapes: any, kept."""
        return self._ops.acos(self._in_floats())

    def atan(self: Any) -> Any:
        """The angle in radians whose tangent each value is. Shapes: any, kept."""
        return self._ops.atan(self._in_floats())

    def atan2(self: Any, other: Any) -> Any:
        """The angle in radians of the point (other, self). Shapes: any two that broadcast."""
        if not hasattr(other, "array"):
            raise TypeError(f"atan2 takes two tensors, not {type(other).__name__}")
        return self._ops.atan2(self._in_floats(), other._in_floats())

    def erf(self: Any) -> Any:
        """The error function, 2 / sqrt(pi) times the integral of exp(-t**2) from 0 to x.

        Shapes: any, kept.
        """
        return self._ops.erf(self._in_floats())

    def erfc(self: Any) -> Any:
        """1 - erf(x). Shapes: any, kept."""
        return 1 - self.erf()

    def floor_divide(self: Any, other: Any) -> Any:
        """self / other, rounded down; self // other. Shapes: any two that broadcast."""
        return computed(self._ops.floor_divide, self, other)

    def remainder(self: Any, other: Any) -> Any:
        """What self // other leaves, with the sign of other; self % other.

        Shapes: any two that broadcast.
        """
        return computed(self._ops.remainder, self, other)

    def fmod(self: Any, other: Any) -> Any:
        """What dividing leaves if the quotient is cut off: with the sign of self.

        Shapes: any two that broadcast.
        """
        return computed(self._ops.fmod, self, other)

    def __floordiv__(self: Any, other: Any) -> Any:
        return computed(self._ops.floor_divide, self, other)

    def __rfloordiv__(self: Any, other: Any) -> Any:
        return computed(self._ops.floor_divide, other, self)

    def __mod__(self: Any, other: Any) -> Any:
        return computed(self._ops.remainder, self, other)

    def __rmod__(self: Any, other: Any) -> Any:
        return computed(self._ops.remainder, other, self)

    def lerp(self: Any, end: Any, weight: Any) -> Any:
        """The way from self to `end` that `weight` says: self at 0, `end` at 1.

        Shapes: any three that broadcast.
        """
        return self._ops.lerp(self, end, weight)

    def addcmul(self: Any, tensor1: Any, tensor2: Any, *, value: float = 1) -> Any:
        """self + value * tensor1 * tensor2. Shapes: any three that broadcast."""
        return self + (tensor1 * tensor2 if value == 1 else value * tensor1 * tensor2)

    def addcdiv(self: Any, tensor1: Any, tensor2: Any, *, value: float = 1) -> Any:
        """self + value * tensor1 / tensor2. Shapes: any three that broadcast."""
        return self + (tensor1 / tensor2 if value == 1 else value * tensor1 / tensor2)

    def nan_to_num(
        self: Any, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
    ) -> Any:
        """NaN and infinities replaced, by 0 and the largest numbers if no others are given.

        Shapes: any, kept.
        """
        return self._ops.nan_to_num(self, nan=nan, posinf=posinf, neginf=neginf)

    def clip(self: Any, min: Any = None, max: Any = None) -> Any:
        """As `clamp`. Shapes: any, kept."""
        return self.clamp(min, max)

    def clamp_min(self: Any, min: Any) -> Any:
        """Each value, but never less than `min`. Shapes: any, kept."""
        return self.clamp(min=min)

    def clamp_max(self: Any, max: Any) -> Any:
        """Each value, but never more than `max`. Shapes: any, kept."""
        return self.clamp(max=max)

    # The other names of methods of module 01.
    def absolute(self: Any) -> Any:
        """As `abs`. Shapes: any, kept."""
        return self.abs()

    def negative(self: Any) -> Any:
        """As `neg`. Shapes: any, kept."""
        return self.neg()

    def multiply(self: Any, other: Any) -> Any:
        """As `mul`. Shapes: any two that broadcast."""
        return self.mul(other)

    def divide(self: Any, other: Any, **how: Any) -> Any:
        """As `div`. Shapes: any two that broadcast."""
        return self.div(other, **how)

    def true_divide(self: Any, other: Any) -> Any:
        """As `div`. Shapes: any two that broadcast."""
        return self.div(other)

    def subtract(self: Any, other: Any, **how: Any) -> Any:
        """As `sub`. Shapes: any two that broadcast."""
        return self.sub(other, **how)

    # Questions.
    def isnan(self: Any) -> Any:
        """Whether each value is NaN: booleans. Shapes: any, kept."""
        return self._asked(np.isnan)

    def isinf(self: Any) -> Any:
        """Whether each value is infinite: booleans. Shapes: any, kept."""
        return self._asked(np.isinf)

    def isfinite(self: Any) -> Any:
        """Whether each value is neither NaN nor infinite: booleans. Shapes: any, kept."""
        return self._asked(np.isfinite)

    def isclose(
        self: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
    ) -> Any:
        """Whether each value differs by at most `atol + rtol * |other|`: booleans.

        Shapes: any two that broadcast. Raises: RuntimeError for two dtypes.
        """
        if self.array.dtype != other.array.dtype:
            raise refuse("isclose", f"of {self.dtype} and {other.dtype}: turn one into the other")
        return self._asked(lambda a, b: np.isclose(a, b, rtol, atol, equal_nan), other)

    def logical_not(self: Any) -> Any:
        """Whether each value is 0: booleans. Shapes: any, kept."""
        return self._asked(np.logical_not)

    def _both(self: Any, name: str, function: Any, other: Any) -> Any:
        """Raises: TypeError for what is no tensor."""
        if not hasattr(other, "array"):
            raise TypeError(f"{name} takes two tensors, not {type(other).__name__}")
        return self._asked(function, other)

    def logical_and(self: Any, other: Any) -> Any:
        """Whether both values are not 0: booleans. Shapes: any two that broadcast."""
        return self._both("logical_and", np.logical_and, other)

    def logical_or(self: Any, other: Any) -> Any:
        """Whether one value or both are not 0: booleans. Shapes: any two that broadcast."""
        return self._both("logical_or", np.logical_or, other)

    def logical_xor(self: Any, other: Any) -> Any:
        """Whether just one of both values is not 0: booleans. Shapes: any two that broadcast."""
        return self._both("logical_xor", np.logical_xor, other)

    def _bits(self: Any, name: str, function: Any, other: Any) -> Any:
        """Raises: RuntimeError for floats."""
        if "f" in {np.asarray(unwrapped(x)).dtype.kind for x in (self, other)}:
            raise refuse(name, "only whole numbers and booleans have bits, floats do not")
        other = fitting(other, self.array.dtype) if type(other) is int else other
        return self._asked(function, other)

    def bitwise_and(self: Any, other: Any) -> Any:
        """self & other, bit by bit. Shapes: any two that broadcast."""
        return self._bits("bitwise_and", np.bitwise_and, other)

    def bitwise_or(self: Any, other: Any) -> Any:
        """self | other, bit by bit. Shapes: any two that broadcast."""
        return self._bits("bitwise_or", np.bitwise_or, other)

    def bitwise_xor(self: Any, other: Any) -> Any:
        """self ^ other, bit by bit. Shapes: any two that broadcast."""
        return self._bits("bitwise_xor", np.bitwise_xor, other)

    def bitwise_not(self: Any) -> Any:
        """~self, bit by bit. Shapes: any, kept."""
        return self._bits("bitwise_not", lambda a, b: np.invert(a), 0)

    def __xor__(self: Any, other: Any) -> Any:
        return self.bitwise_xor(other)

    __rxor__ = __xor__

    def __rand__(self: Any, other: Any) -> Any:
        return self & other

    def __ror__(self: Any, other: Any) -> Any:
        return self | other
