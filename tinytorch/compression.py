# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.compression`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "sparsity": "compression.sparsity",
    "thinner": "compression.thinner",
    "low_rank": "compression.low_rank",
    "distillation_loss": "compression.distillation_loss",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
