# generated from tito/lib/masks.py by `tito build`: edit that file
"""`keep`: the values under a mask, and 0 everywhere else."""

import numpy as np

__all__ = ["keep"]


def keep(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """`np.where(mask, values, 0)`, ten times as fast for a mask without a pattern.

    `values * mask` would be NaN wherever an infinity or NaN is masked out. Here the bits of each
    number meet a mask that is all ones or all zeros, so nothing is computed with it, and the
    processor need not guess which way a branch goes.
    Shapes: both the same, kept; so is the dtype of `values`, which are floating-point numbers.
    """
    bits = np.dtype(f"i{values.itemsize}")  # integers as wide as the values
    ones = np.negative(mask.view(np.int8), dtype=bits)  # -1 is all ones
    return (values.view(bits) & ones).view(values.dtype)
