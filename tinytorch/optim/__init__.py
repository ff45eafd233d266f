# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.optim`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "Optimizer": "optimizers.Optimizer",
    "SGD": "optimizers.SGD",
    "Adam": "optimizers.Adam",
    "AdamW": "optimizers.AdamW",
    "RMSprop": "extra.optimizers.RMSprop",
    "Adagrad": "extra.optimizers.Adagrad",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, ['lr_scheduler'])
