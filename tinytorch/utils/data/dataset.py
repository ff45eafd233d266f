# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.utils.data.dataset`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "Dataset": "dataloader.Dataset",
    "TensorDataset": "dataloader.TensorDataset",
    "Subset": "dataloader.Subset",
    "random_split": "dataloader.random_split",
    "IterableDataset": "extra.dataloader.IterableDataset",
    "ConcatDataset": "extra.dataloader.ConcatDataset",
    "ChainDataset": "extra.dataloader.ChainDataset",
    "StackDataset": "extra.dataloader.StackDataset",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
