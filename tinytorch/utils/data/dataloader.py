# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.utils.data.dataloader`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "DataLoader": "dataloader.DataLoader",
    "default_collate": "dataloader.default_collate",
    "get_worker_info": "extra.dataloader.get_worker_info",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
