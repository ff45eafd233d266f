# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.nn.utils.prune`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "l1_unstructured": "compression.l1_unstructured",
    "random_unstructured": "compression.random_unstructured",
    "global_unstructured": "compression.global_unstructured",
    "L1Unstructured": "compression.L1Unstructured",
    "custom_from_mask": "compression.custom_from_mask",
    "remove": "compression.remove",
    "is_pruned": "compression.is_pruned",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
