# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.transforms`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "normalize": "dataloader.normalize",
    "random_flip": "dataloader.random_flip",
    "random_shift": "dataloader.random_shift",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
