# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.utils.data`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "Dataset": "dataloader.Dataset",
    "TensorDataset": "dataloader.TensorDataset",
    "Subset": "dataloader.Subset",
    "random_split": "dataloader.random_split",
    "DataLoader": "dataloader.DataLoader",
    "Sampler": "dataloader.Sampler",
    "SequentialSampler": "dataloader.SequentialSampler",
    "RandomSampler": "dataloader.RandomSampler",
    "BatchSampler": "dataloader.BatchSampler",
    "default_collate": "dataloader.default_collate",
    "IterableDataset": "extra.dataloader.IterableDataset",
    "ConcatDataset": "extra.dataloader.ConcatDataset",
    "ChainDataset": "extra.dataloader.ChainDataset",
    "StackDataset": "extra.dataloader.StackDataset",
    "SubsetRandomSampler": "extra.dataloader.SubsetRandomSampler",
    "WeightedRandomSampler": "extra.dataloader.WeightedRandomSampler",
    "get_worker_info": "extra.dataloader.get_worker_info",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, ['dataloader', 'dataset', 'sampler'])
