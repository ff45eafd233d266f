# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.optim.lr_scheduler`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "LRScheduler": "optimizers.LRScheduler",
    "StepLR": "optimizers.StepLR",
    "MultiStepLR": "optimizers.MultiStepLR",
    "ExponentialLR": "optimizers.ExponentialLR",
    "CosineAnnealingLR": "optimizers.CosineAnnealingLR",
    "LinearLR": "optimizers.LinearLR",
    "LambdaLR": "optimizers.LambdaLR",
    "SequentialLR": "optimizers.SequentialLR",
    "OneCycleLR": "optimizers.OneCycleLR",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
