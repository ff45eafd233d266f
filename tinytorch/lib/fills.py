# generated from tito/lib/fills.py by `tito build`: edit that file
"""Methods that write into the memory of a tensor: `x.exp_()`, `x.normal_()`, `x.scatter_(...)`."""

from typing import Any

import numpy as np

from .primitives import Methods, refuse
from .random import source

__all__ = ["Fills"]

# The methods `name_`, each of which writes what the method `name` gives.
WRITTEN = """
    abs absolute acos addcdiv addcmul addmm addmv asin atan atan2 baddbmm bitwise_and
    bitwise_or bitwise_xor ceil clamp clamp_max clamp_min clip cos cosh cumprod cumsum divide
    erf exp exp2 expm1 floor floor_divide fmod frac index_add index_copy index_fill lerp log
    log10 log1p log2 logical_and logical_not logical_or logical_xor masked_fill multiply
    nan_to_num neg negative pow reciprocal relu remainder round rsqrt scatter scatter_add
    sigmoid sign sin sinh sqrt square subtract tan tanh tril triu true_divide trunc
"""


def _writer(name: str) -> Any:
    def write(self: Any, *args: Any, **kwargs: Any) -> Any:
        return self._write(f"{name}_", getattr(self, name)(*args, **kwargs))

    write.__doc__ = f"""As `{name}`, in the memory of self, which keeps its shape and dtype.

Raises: RuntimeError where it would have to be recorded, or does not fit."""
    return write


def _rank(array: Any) -> int:
    """0 for booleans, 1 for whole numbers, 2 for floats: a higher one does not fit into a lower."""
    return "biuf".index(array.dtype.kind) + 1 >> 1


class Fills(Methods):
    """Writing in place."""

    __slots__ = ()

    def _write(self: Any, name: str, result: Any) -> Any:
        array = result.array
        if array.shape != self.array.shape:
            raise refuse(name, f"shape {array.shape} does not fit into {self.shape}")
        if _rank(array) > _rank(self.array):
            raise refuse(name, f"{array.dtype} values do not fit into a tensor of {self.dtype}")
        return self.copy_(result)

    def _draw(self: Any, name: str, draw: Any, generator: Any) -> Any:
        """Overwritten by random numbers. Raises: RuntimeError where that has to be recorded."""
        numbers = draw(source(generator).rng)
        return self.copy_(self._plain(np.asarray(numbers).astype(self.array.dtype)))

    def normal_(self: Any, mean: float = 0, std: float = 1, *, generator: Any = None) -> Any:
        """Overwritten by normal random numbers. Shapes: any, kept.

        Raises: RuntimeError for whole numbers, or for a negative std.
        """
        self._in_floats_only("normal_")
        if std < 0:
            raise refuse("normal_", f"a standard deviation is not negative, as {std} is")
        return self._draw("normal_", lambda rng: rng.normal(mean, std, self.shape), generator)

    def uniform_(self: Any, *limits: float, generator: Any = None, **named: float) -> Any:
        """Overwritten by uniform random numbers from [0, 1), or from [from, to). Shapes: any, kept.

        Raises: RuntimeError for whole numbers, or limits in the wrong order.
        """
        self._in_floats_only("uniform_")
        low, high = (*limits, *(0.0, 1.0)[len(limits) :])
        low, high = named.get("from", low), named.get("to", high)
        if low > high:
            raise refuse("uniform_", f"from {low} to {high}: the lower limit comes first")
        return self._draw("uniform_", lambda rng: rng.uniform(low, high, self.shape), generator)

    def exponential_(self: Any, lambd: float = 1, *, generator: Any = None) -> Any:
        """Overwritten by exponential random numbers of rate `lambd`. Shapes: any, kept."""
        self._in_floats_only("exponential_")
        return self._draw(
            "exponential_", lambda rng: rng.exponential(1 / lambd, self.shape), generator
        )

    def bernoulli_(self: Any, p: Any = 0.5, *, generator: Any = None) -> Any:
        """Overwritten by 1 with the probability `p`, a number or a tensor, else by 0.

        Shapes: any, kept.
        """
        chance = getattr(p, "array", p)
        if not np.all((chance >= np.zeros(())) & (chance <= np.ones(()))):
            raise refuse("bernoulli_", f"p is a probability, from 0 to 1, not {p}")
        return self._draw("bernoulli_", lambda rng: rng.random(self.shape) < chance, generator)

    def random_(self: Any, *limits: int, generator: Any = None) -> Any:
        """Overwritten by whole numbers from 0, or the first of two limits, up to below the last.

        Shapes: any, kept.
        """
        kinds = {"f": 2**24 if self.array.itemsize == 4 else 2**53, "b": 2}
        largest = kinds.get(self.array.dtype.kind) or np.iinfo(self.array.dtype).max
        low, high = {0: (0, largest), 1: (0, *limits)}.get(len(limits), limits)
        if low >= high:
            raise refuse("random_", f"from {low} to below {high}: there is no number")
        return self._draw("random_", lambda rng: rng.integers(low, high, self.shape), generator)

    def _in_floats_only(self: Any, name: str) -> None:
        if self.array.dtype.kind != "f":
            raise refuse(name, f"a tensor of {self.dtype}: only floats can be such random numbers")

    def fill_diagonal_(self: Any, fill_value: float, wrap: bool = False) -> Any:
        """The diagonal overwritten by a number. Shapes: (m, n), kept."""
        if self.array.ndim < 2:
            raise refuse("fill_diagonal_", f"a tensor of shape {self.shape} has no diagonal")
        array = np.array(self.array)
        np.fill_diagonal(array, fill_value, wrap)
        return self.copy_(self._plain(array))

    for _name in WRITTEN.split():
        locals()[f"{_name}_"] = _writer(_name)
    del _name
