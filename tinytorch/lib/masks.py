# generated from tito/lib/masks.py by `tito build`: edit that file
"""`keep`: the values under a mask, and 0 everywhere else."""

import numpy as np

__all__ = ["keep"]


def keep(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """`np.where(mask, values, 0)`, ten times as fast for a mask without a pattern.

    `values * mask` would be NaN wherever an infinity or NaN is masked out. Here the bits of each
    number, read as an integer, are multiplied by 1 or 0, so nothing is computed with the number,
    and the processor need not guess which way a branch goes.
    Shapes: both the same, kept; so is the dtype of `values`, which are floating-point numbers.
    """
    bits = np.dtype(f"i{values.itemsize}")  # integers as wide as the values
    kept = mask.astype(bits)
    kept *= values.view(bits)
    return kept.view(values.dtype)
