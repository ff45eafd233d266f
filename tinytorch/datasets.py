# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.datasets`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "read_idx": "dataloader.read_idx",
    "read_mnist": "dataloader.read_mnist",
    "read_cifar10": "dataloader.read_cifar10",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
