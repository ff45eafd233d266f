# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.linalg`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "norm": "extra.tensor.linalg_norm",
    "vector_norm": "extra.tensor.vector_norm",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
