"""Datasets: what they have in common, and those that join others."""

import operator
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain
from typing import Any

__all__ = [
    "ChainDataset",
    "ConcatDataset",
    "Dataset",
    "IterableDataset",
    "StackDataset",
    "as_index",
    "count_of",
    "rows_in",
]


class Dataset:
    """What all datasets have in common: an example for each index from 0 to `len(dataset) - 1`.

    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.Dataset
    """

    def __getitem__(self, index: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} needs a method __getitem__(self, index)")

    def __add__(self, other: Any) -> "ConcatDataset":
        return ConcatDataset([self, other])

    def __class_getitem__(cls, _example: Any) -> type:  # `class Digits(Dataset[Tensor])`
        return cls


class IterableDataset(Dataset):
    """A dataset that has no index: looping over it gives its examples, once an epoch.

    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.IterableDataset
    """

    def __iter__(self) -> Iterator:
        raise TypeError(f"{type(self).__name__} needs a method __iter__(self)")

    def __add__(self, other: Any) -> "ChainDataset":  # type: ignore[override]  # as in PyTorch
        return ChainDataset([self, other])


class ConcatDataset(Dataset):
    """The examples of several datasets, one after another.

    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.ConcatDataset
    """

    def __init__(self, datasets: Iterable):
        self.datasets = _listed(datasets, "ConcatDataset")
        if not self.datasets:
            raise ValueError("ConcatDataset got no datasets")
        if any(isinstance(dataset, IterableDataset) for dataset in self.datasets):
            raise TypeError("ConcatDataset does not take an IterableDataset: use ChainDataset")
        sizes = [count_of(dataset, "ConcatDataset") for dataset in self.datasets]
        self.cumulative_sizes = list(accumulate(sizes))

    def __getitem__(self, index: int) -> Any:
        count, index = len(self), as_index(index)
        if not -count <= index < count:
            kind = ValueError if index < 0 else IndexError  # as in PyTorch
            raise kind(f"index {index} is out of range for {count} examples")
        index %= count
        which = bisect_right(self.cumulative_sizes, index)
        return self.datasets[which][index - (self.cumulative_sizes[which - 1] if which else 0)]

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]


class ChainDataset(IterableDataset):
    """The examples of several iterable datasets, one after another.

    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.ChainDataset
    """

    def __init__(self, datasets: Iterable):
        self.datasets = _listed(datasets, "ChainDataset")
        for dataset in self.datasets:
            if not isinstance(dataset, IterableDataset):
                kind = type(dataset).__name__
                raise TypeError(f"ChainDataset joins IterableDatasets, not {kind}")

    def __iter__(self) -> Iterator:
        return chain.from_iterable(self.datasets)

    def __len__(self) -> int:
        return sum(count_of(dataset, "ChainDataset") for dataset in self.datasets)


class StackDataset(Dataset):
    """Datasets side by side: example 7 is a tuple, or a dict, of example 7 of each.

    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.StackDataset
    """

    def __init__(self, *args: Any, **kwargs: Any):
        if bool(args) == bool(kwargs):
            raise ValueError("StackDataset takes datasets, or datasets with names, not both")
        self.datasets: Any = args or kwargs
        sizes = {count_of(dataset, "StackDataset") for dataset in args or kwargs.values()}
        if len(sizes) > 1:
            raise ValueError(f"StackDataset got datasets of {sorted(sizes)} examples: make it one")

    def __getitem__(self, index: Any) -> Any:
        if isinstance(self.datasets, dict):
            return {name: dataset[index] for name, dataset in self.datasets.items()}
        return tuple(dataset[index] for dataset in self.datasets)

    def __len__(self) -> int:
        datasets = self.datasets
        return len(next(iter(datasets.values() if isinstance(datasets, dict) else datasets)))


def _listed(datasets: Any, what: str) -> list:
    if not hasattr(datasets, "__iter__"):
        raise TypeError(f"{what} takes a list of datasets, not {type(datasets).__name__}")
    return list(datasets)


def as_index(index: Any) -> int:
    """The number that an index is. Raises: TypeError for other things."""
    try:
        return operator.index(index)
    except TypeError:
        raise TypeError(f"an index is a whole number, not {type(index).__name__}") from None


def count_of(dataset: Any, what: str) -> int:
    """How many examples a dataset has.

    Raises: TypeError naming it if it has no length.
    """
    if not hasattr(dataset, "__len__"):
        kind = type(dataset).__name__
        raise TypeError(f"{what} needs to know how many examples there are, and {kind} has no len")
    return len(dataset)


def rows_in(tensors: tuple, what: str) -> tuple:
    """The tensors of a dataset whose examples are their rows.

    Raises: TypeError for other things, ValueError unless all have equally many rows.
    """
    if not tensors:
        raise ValueError(f"{what} got no tensors: it needs at least one")
    for x in tensors:
        if not getattr(x, "shape", ()):
            kind = f"{type(x).__name__} of shape ()" if hasattr(x, "shape") else type(x).__name__
            raise TypeError(f"{what} got {kind}: it takes tensors of at least one dimension")
    rows = [len(x) for x in tensors]
    if len(set(rows)) > 1:
        raise ValueError(f"{what} got tensors of {rows} rows: they must have equally many")
    return tensors
