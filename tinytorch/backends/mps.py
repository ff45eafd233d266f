# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.backends.mps`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "is_available": "extra.tensor.never",
    "is_built": "extra.tensor.never",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
