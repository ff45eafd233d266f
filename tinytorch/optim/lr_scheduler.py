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
    "ConstantLR": "extra.optimizers.ConstantLR",
    "PolynomialLR": "extra.optimizers.PolynomialLR",
    "CosineAnnealingWarmRestarts": "extra.optimizers.CosineAnnealingWarmRestarts",
    "ChainedScheduler": "extra.optimizers.ChainedScheduler",
    "ReduceLROnPlateau": "extra.optimizers.ReduceLROnPlateau",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
