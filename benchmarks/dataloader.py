"""The loader of module 05 against PyTorch's DataLoader, on one thread, without workers.

An epoch over the 8,000 MNIST digits of the box: as tensors, whose batches we index at once; as an
ordinary dataset of pairs of an array and a number, which both collate one by one; and a shuffled
epoch over the 1,437 small digits. What is compared is the time an epoch takes.
"""

import os
from pathlib import Path

import torch
import torch.utils.data

import tinytorch
import tinytorch.utils.data
import tinytorch_data
from benchmarks.compare import HEADER, compare, save

torch.set_num_threads(1)
RESULTS = Path(__file__).resolve().parent.parent / "build" / "benchmarks" / "dataloader.json"


def tensors(framework, data):
    return framework.utils.data.TensorDataset(*(framework.tensor(array) for array in data))


def pairs(framework, data):
    """A list of pairs, as a dataset that reads files would give them."""
    return [(image, int(label)) for image, label in zip(*data, strict=True)]


def epoch(framework, make, data, **options):
    loader = framework.utils.data.DataLoader(make(framework, data), **options)

    def run():
        for _images, _labels in loader:
            pass

    return run


def cases():
    digits, mnist = tinytorch_data.digits()[:2], tinytorch_data.mnist()[:2]
    some = tuple(array[:2000] for array in mnist)
    shuffled = {"batch_size": 128, "shuffle": True}
    return [
        ("MNIST tensors, batches of 128, shuffled", tensors, mnist, shuffled, 1.0),
        ("MNIST tensors, batches of 128, in order", tensors, mnist, {"batch_size": 128}, 1.0),
        (
            "8x8 digits, batches of 32, shuffled",
            tensors,
            digits,
            {**shuffled, "batch_size": 32},
            1.0,
        ),
        ("2,000 pairs of array and number", pairs, some, shuffled, 1.0),
    ]


def main() -> None:
    print(HEADER)
    results = []
    for name, make, data, options, aim in cases():
        ours, theirs = (epoch(f, make, data, **options) for f in (tinytorch, torch))
        results.append(compare(name, ours, theirs, aim, rounds=20))
        print(results[-1], flush=True)
    save(results, RESULTS)
    print(f"written to {os.path.relpath(RESULTS)}")


if __name__ == "__main__":
    main()
