# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.nn`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "Module": "layers.Module",
    "Parameter": "layers.Parameter",
    "Linear": "layers.Linear",
    "ReLU": "layers.ReLU",
    "LeakyReLU": "layers.LeakyReLU",
    "Sigmoid": "layers.Sigmoid",
    "Tanh": "layers.Tanh",
    "GELU": "layers.GELU",
    "SiLU": "layers.SiLU",
    "Softmax": "layers.Softmax",
    "Dropout": "layers.Dropout",
    "Flatten": "layers.Flatten",
    "Identity": "layers.Identity",
    "Sequential": "layers.Sequential",
    "ModuleList": "layers.ModuleList",
    "CrossEntropyLoss": "losses.CrossEntropyLoss",
    "NLLLoss": "losses.NLLLoss",
    "MSELoss": "losses.MSELoss",
    "L1Loss": "losses.L1Loss",
    "BCEWithLogitsLoss": "losses.BCEWithLogitsLoss",
    "BatchNorm1d": "normalization.BatchNorm1d",
    "LayerNorm": "normalization.LayerNorm",
    "GroupNorm": "normalization.GroupNorm",
    "RMSNorm": "normalization.RMSNorm",
    "Conv2d": "convolutions.Conv2d",
    "MaxPool2d": "convolutions.MaxPool2d",
    "AvgPool2d": "convolutions.AvgPool2d",
    "AdaptiveAvgPool2d": "convolutions.AdaptiveAvgPool2d",
    "BatchNorm2d": "convolutions.BatchNorm2d",
    "Embedding": "embeddings.Embedding",
    "SinusoidalPositions": "embeddings.SinusoidalPositions",
    "LearnedPositions": "embeddings.LearnedPositions",
    "RotaryPositions": "embeddings.RotaryPositions",
    "MultiheadAttention": "attention.MultiheadAttention",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, ['functional', 'init', 'utils'])
