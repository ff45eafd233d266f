"""Datasets and samplers that scripts use beside those of module 05."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tinytorch.core.dataloader import Sampler
from tinytorch.lib.datasets import ChainDataset, ConcatDataset, IterableDataset, StackDataset
from tinytorch.lib.loading import check_positive, get_worker_info
from tinytorch.lib.random import get_rng_state, initial_seed, set_rng_state, source
from tinytorch.lib.settings import as_array

__all__ = [
    "ChainDataset",
    "ConcatDataset",
    "IterableDataset",
    "StackDataset",
    "SubsetRandomSampler",
    "WeightedRandomSampler",
    "get_rng_state",
    "get_worker_info",
    "initial_seed",
    "set_rng_state",
]


class SubsetRandomSampler(Sampler):
    """The given indices in random order, a new one in each epoch.

    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.SubsetRandomSampler
    """

    def __init__(self, indices: Sequence, generator: Any = None):
        if not hasattr(indices, "__len__"):
            kind = type(indices).__name__
            raise TypeError(f"SubsetRandomSampler takes a list of indices, not {kind}")
        self.indices, self.generator = indices, generator

    def __iter__(self) -> Iterator:
        for place in source(self.generator).rng.permutation(len(self.indices)).tolist():
            yield self.indices[place]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    """Indices drawn by their weights: an epoch has `num_samples` of them.

    replacement: draw each index from all of them; without it, from those that are left.
    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.WeightedRandomSampler
    """

    def __init__(
        self, weights: Any, num_samples: int, replacement: bool = True, generator: Any = None
    ):
        check_positive(num_samples, "num_samples")
        if not isinstance(replacement, bool):
            raise ValueError(f"replacement should be a boolean value, but got {replacement!r}")
        self.weights = as_array("weights", weights)
        if self.weights.ndim != 1 or not self.weights.size:
            raise ValueError(f"weights is a list of numbers, not of shape {self.weights.shape}")
        if not (np.isfinite(self.weights).all() and (self.weights >= 0).all()):
            raise ValueError("weights are numbers from 0 up")
        possible = np.count_nonzero(self.weights)
        if not possible or (not replacement and num_samples > possible):
            raise ValueError(
                f"{possible} weights are not 0: {num_samples} indices cannot be drawn from them"
            )
        self.num_samples, self.replacement, self.generator = num_samples, replacement, generator

    def __iter__(self) -> Iterator[int]:
        chances = self.weights / self.weights.sum()
        rng, count = source(self.generator).rng, len(chances)
        yield from rng.choice(count, self.num_samples, self.replacement, chances).tolist()

    def __len__(self) -> int:
        return self.num_samples
