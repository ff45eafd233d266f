# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.utils.data.sampler`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "Sampler": "dataloader.Sampler",
    "SequentialSampler": "dataloader.SequentialSampler",
    "RandomSampler": "dataloader.RandomSampler",
    "BatchSampler": "dataloader.BatchSampler",
    "SubsetRandomSampler": "extra.dataloader.SubsetRandomSampler",
    "WeightedRandomSampler": "extra.dataloader.WeightedRandomSampler",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
