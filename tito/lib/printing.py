"""How tensors are printed."""

from typing import Any

import numpy as np

__all__ = ["tensor_text"]


def tensor_text(array: np.ndarray, grad_fn: Any, requires_grad: bool) -> str:
    """`tensor([1., 2.], grad_fn=<MulBackward0>)`, as PyTorch writes it."""
    text = np.array2string(array, separator=", ", precision=4, prefix="tensor(")
    if not array.size and array.ndim > 1:
        text += f", size={array.shape}"
    if array.dtype not in (np.float32, np.int64, np.bool_):
        text += f", dtype={array.dtype}"
    if grad_fn is not None:
        text += f", grad_fn={grad_fn}"
    elif requires_grad:
        text += ", requires_grad=True"
    return f"tensor({text})"
