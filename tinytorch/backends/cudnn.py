# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.backends.cudnn`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "is_available": "extra.tensor.never",
    "benchmark": "extra.tensor.benchmark",
    "deterministic": "extra.tensor.deterministic",
    "enabled": "extra.tensor.enabled",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
