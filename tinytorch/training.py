# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.training`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "Trainer": "training.Trainer",
    "History": "training.History",
    "Callback": "training.Callback",
    "EarlyStopping": "training.EarlyStopping",
    "Checkpoint": "training.Checkpoint",
    "save_checkpoint": "training.save_checkpoint",
    "load_checkpoint": "training.load_checkpoint",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
