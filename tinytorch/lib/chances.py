# generated from tito/lib/chances.py by `tito build`: edit that file
"""Methods that draw random numbers by chances that a tensor holds."""

from typing import Any

import numpy as np

from .primitives import Methods, refuse
from .random import source

__all__ = ["Chances"]


class Chances(Methods):
    """Drawing by given probabilities."""

    __slots__ = ()

    def bernoulli(self: Any, p: float | None = None, *, generator: Any = None) -> Any:
        """1 with the probability that each value is, or `p`, else 0. Shapes: any, kept."""
        if self.array.dtype.kind != "f":
            raise refuse("bernoulli", f"probabilities are floats, not {self.dtype}")
        empty = self._plain(np.empty_like(self.array))
        return empty.bernoulli_(self if p is None else p, generator=generator)

    def multinomial(
        self: Any, num_samples: int, replacement: bool = False, *, generator: Any = None
    ) -> Any:
        """Numbers of classes, drawn by the weights in each row, which need not add up to 1.

        Shapes: (n,) -> (num_samples,); (m, n) -> (m, num_samples), in int64.
        Raises: RuntimeError for weights that are negative, not finite or all 0, or where without
        replacement there are too few.
        """
        weights = self.array
        if weights.dtype.kind != "f" or weights.ndim not in (1, 2):
            got = f"weights of {self.dtype} and shape {self.shape}"
            raise refuse("multinomial", f"{got}: it takes floats in 1 or 2 dimensions")
        if not np.all(np.isfinite(weights) & (weights >= 0)):
            raise refuse("multinomial", "a weight is negative, infinite or NaN")
        rows = np.atleast_2d(weights).astype(np.float64)
        enough = 1 if replacement else num_samples
        if num_samples < 1 or np.any(np.count_nonzero(rows, axis=1) < enough):
            problem = f"{num_samples} numbers by {rows.shape[1]} weights, too few of them above 0"
            raise refuse("multinomial", problem)
        rng = source(generator).rng
        if replacement:
            ends = np.cumsum(rows, axis=1)
            at = rng.random((len(rows), num_samples)) * ends[:, -1:]
            picked = [np.searchsorted(e, a, side="right") for e, a in zip(ends, at, strict=True)]
            found = np.array(picked, np.int64).reshape(len(rows), num_samples)
        else:  # the largest of keys u ** (1 / weight): Efraimidis and Spirakis (2006)
            with np.errstate(divide="ignore"):
                keys = np.log(rng.random(rows.shape)) / rows
            found = np.argsort(-keys, axis=1, kind="stable")[:, :num_samples]
        return self._plain(found if weights.ndim == 2 else found[0])
