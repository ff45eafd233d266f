# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.nn.utils.prune`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "l1_unstructured": "compression.l1_unstructured",
    "ln_structured": "compression.ln_structured",
    "distill": "compression.distill",
    "low_rank": "compression.low_rank",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
