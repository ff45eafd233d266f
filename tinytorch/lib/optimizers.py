# generated from tito/lib/optimizers.py by `tito build`: edit that file
"""Parts of optimizers that no module teaches, on arrays."""

import math

import numpy as np

__all__ = ["amsgrad_update"]


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
