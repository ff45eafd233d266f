# generated from tito/lib/dtypes.py by `tito build`: edit that file
"""Dtypes by all the names that callers give them."""

from typing import Any

import numpy as np

__all__ = ["LEGACY", "dtype_of", "type_name"]

# {PyTorch's old name of a type of tensors: their dtype}
LEGACY: dict[str, np.dtype] = {
    "FloatTensor": np.dtype("float32"),
    "DoubleTensor": np.dtype("float64"),
    "IntTensor": np.dtype("int32"),
    "LongTensor": np.dtype("int64"),
    "ByteTensor": np.dtype("uint8"),
    "BoolTensor": np.dtype("bool"),
}


def dtype_of(wanted: Any) -> np.dtype:
    """The dtype that `wanted` means: itself, its name, PyTorch's old name of a type of tensors, a
    type of Python, or what has a dtype.

    Raises: TypeError for anything else, and for a dtype that holds no numbers.
    """
    own = getattr(wanted, "dtype", None)  # of a tensor, or of a type such as FloatTensor
    old = LEGACY.get(wanted.removeprefix("torch.")) if isinstance(wanted, str) else None
    try:
        found: Any = old or (own if isinstance(own, np.dtype) else np.dtype(wanted))
    except (TypeError, ValueError):
        found = None
    if wanted is None or found is None or found.kind not in "biuf":
        raise TypeError(f"{wanted!r} is no dtype of tensors: give one, such as torch.float32")
    return found


def type_name(dtype: np.dtype) -> str:
    """ "torch.FloatTensor" for float32: PyTorch's old name of a type of tensors."""
    return next(f"torch.{name}" for name, one in LEGACY.items() if one == dtype)
