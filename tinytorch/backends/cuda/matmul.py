# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.backends.cuda.matmul`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "allow_tf32": "extra.tensor.allow_tf32",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
