"""The loader of module 05 against PyTorch's DataLoader, without workers.

An epoch over the 8,000 MNIST digits of the box: as tensors, whose batches we index at once; as an
ordinary dataset of pairs of an array and a number, which both collate one by one; and a shuffled
epoch over the 1,437 small digits. What is compared is the time an epoch takes.
"""

import importlib

import tinytorch_data
from benchmarks.compare import Case, report


def utils(framework):
    return importlib.import_module(f"{framework.__name__}.utils.data")


def tensors(framework, data):
    return utils(framework).TensorDataset(*(framework.tensor(array) for array in data))


def pairs(framework, data):
    """A list of pairs, as a dataset that reads files would give them."""
    return [(image, int(label)) for image, label in zip(*data, strict=True)]


def epoch(framework, make, data, options):
    loader = utils(framework).DataLoader(make(framework, data), **options)

    def run():
        for _images, _labels in loader:
            pass

    return run


def cases():
    digits, mnist = tinytorch_data.digits()[:2], tinytorch_data.mnist()[:2]
    some = tuple(array[:2000] for array in mnist)
    large = {"batch_size": 128, "shuffle": True}
    small = {**large, "batch_size": 32}
    for name, make, data, options in (
        ("MNIST tensors, batches of 128, shuffled", tensors, mnist, large),
        ("MNIST tensors, batches of 128, in order", tensors, mnist, {"batch_size": 128}),
        ("8x8 digits, batches of 32, shuffled", tensors, digits, small),
        ("2,000 pairs of array and number", pairs, some, large),
    ):
        yield Case(name, epoch, (make, data, options), aim=1.0, rounds=20)


def main() -> None:
    report("dataloader", cases())


if __name__ == "__main__":
    main()
