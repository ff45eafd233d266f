# generated from tito/lib/optimizers.py by `tito build`: edit that file
"""Parts of optimizers that no module teaches, on arrays."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

__all__ = ["amsgrad_update", "names_apart"]


def names_apart(group: dict[str, Any], others: list[dict[str, Any]]) -> dict[str, Any]:
    """A parameter group whose parameters came as pairs with their names: these in "param_names".

    Raises: ValueError if some parameters have names and others, also of other groups, have none.
    """
    params = group["params"]
    if isinstance(params, Iterable) and not hasattr(params, "array"):
        group = {**group, "params": list(params)}  # a generator can be read once
        pairs = [p for p in group["params"] if isinstance(p, tuple) and len(p) == 2]
        if pairs:
            if len(pairs) < len(group["params"]):
                raise ValueError("parameters come with names or without: here some have none")
            names, found = zip(*pairs, strict=True)
            group |= {"params": list(found), "param_names": list(names)}
    if others and ("param_names" in others[0]) != ("param_names" in group):
        raise ValueError("parameter groups come with names or without: this one does not fit")
    return group


def amsgrad_update(
    p: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    largest: np.ndarray,
    step: int,
    lr: float,
    betas: tuple[float, float],
    eps: float,
) -> None:
    """One step of Adam that divides by the root of the `largest` v so far.

    Shapes: all arrays alike; all but `g` are overwritten in place.
    Source: Reddi, Kale and Kumar (2018), algorithm 2, arXiv:1904.09237.
    """
    m *= betas[0]
    m += (1 - betas[0]) * g
    v *= betas[1]
    v += (1 - betas[1]) * g * g
    np.maximum(largest, v, out=largest)
    root = np.sqrt(largest) / math.sqrt(1 - betas[1] ** step) + eps
    p -= lr / (1 - betas[0] ** step) * m / root
