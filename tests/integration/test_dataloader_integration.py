"""Loader to layers to loss to backward: the boundary between module 05 and those before it.

Every example is seen once an epoch with its own label, runs repeat from a seed, a short last batch
trains like any other, memory does not grow, and a model trained by the loader reads digits.
`-k quick` is a smoke run.
"""

import gc
import time
import tracemalloc

import numpy as np
import pytest

import tinytorch as torch
from tinytorch import nn, transforms
from tinytorch.nn import functional
from tinytorch.utils.data import DataLoader, Dataset, TensorDataset, random_split
from tinytorch_data import digits, mnist

WORKERS = pytest.mark.parametrize("workers", [0, 2], ids=["no threads", "threads"])


def small(count=100):
    """Digits whose label can be told from the image: pixel 0 holds the number of the example."""
    pixels = np.zeros((count, 8, 8), np.float32)
    pixels[:, 0, 0] = np.arange(count)
    return TensorDataset(torch.tensor(pixels), torch.arange(count))


def perceptron(pixels=64, hidden=32, classes=10, seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Flatten(), nn.Linear(pixels, hidden), nn.ReLU(), nn.Linear(hidden, classes)
    )


def train(model, loader, epochs, lr, change=None):
    """Gradient descent with momentum; the losses."""
    steps, losses = [np.zeros(p.shape, np.float32) for p in model.parameters()], []
    for _ in range(epochs):
        for images, labels in loader:
            images = torch.tensor(change(images.numpy())) if change else images
            loss = functional.cross_entropy(model(images), labels)
            model.zero_grad()
            loss.backward()
            with torch.no_grad():
                for p, step in zip(model.parameters(), steps, strict=True):
                    step *= 0.9
                    step += p.grad.numpy()
                    p -= lr * step
            losses.append(loss.item())
    return losses


def accuracy(model, images, labels):
    loader = DataLoader(TensorDataset(torch.tensor(images), torch.tensor(labels)), 500)
    with torch.no_grad():
        right = sum((model(x).argmax(dim=1) == y).sum().item() for x, y in loader)
    return right / len(labels)


@WORKERS
def test_quick_every_example_is_seen_once_an_epoch_with_its_own_label(workers):
    loader = DataLoader(small(), 7, shuffle=True, num_workers=workers)
    for _ in range(3):
        seen = []
        for images, labels in loader:
            assert images[:, 0, 0].tolist() == labels.tolist()
            seen += labels.tolist()
        assert sorted(seen) == list(range(100))


@WORKERS
def test_quick_runs_repeat_from_a_seed_and_epochs_differ(workers):
    def losses(seed):
        torch.manual_seed(seed)
        data = TensorDataset(*(torch.tensor(array[:200]) for array in digits()[:2]))
        source = torch.Generator(seed)
        loader = DataLoader(data, 32, shuffle=True, generator=source, num_workers=workers)
        return train(perceptron(), loader, 2, 0.05)

    first = losses(3)
    assert first == losses(3)
    assert first != losses(4)
    loader = DataLoader(small(), 10, shuffle=True, num_workers=workers)
    epochs = [[labels.tolist() for _, labels in loader] for _ in range(2)]
    assert epochs[0] != epochs[1]


def test_quick_a_short_last_batch_has_its_own_mean_and_gradients():
    """Ten examples in batches of 4: the gradient of the last two is that of their own mean."""
    images, labels = (torch.tensor(array[:10]) for array in digits()[:2])
    model = perceptron()
    batches = list(DataLoader(TensorDataset(images, labels), 4))
    assert [len(y) for _, y in batches] == [4, 4, 2]
    functional.cross_entropy(model(batches[-1][0]), batches[-1][1]).backward()
    found = {name: p.grad.numpy().copy() for name, p in model.named_parameters()}
    model.zero_grad()
    functional.cross_entropy(model(images[8:]), labels[8:]).backward()
    for name, p in model.named_parameters():
        assert np.abs(found[name]).max() > 0, f"no gradient reaches {name}"
        np.testing.assert_allclose(p.grad.numpy(), found[name], rtol=1e-6, err_msg=name)


def test_quick_batches_together_give_the_gradient_of_the_whole():
    images, labels = (torch.tensor(array[:60]) for array in digits()[:2])
    model = perceptron()
    for x, y in DataLoader(TensorDataset(images, labels), 8, shuffle=True, num_workers=1):
        (functional.cross_entropy(model(x), y) * (len(y) / 60)).backward()
    added = {name: p.grad.numpy().copy() for name, p in model.named_parameters()}
    model.zero_grad()
    functional.cross_entropy(model(images), labels).backward()
    for name, p in model.named_parameters():
        np.testing.assert_allclose(
            p.grad.numpy(), added[name], rtol=1e-4, atol=1e-6, err_msg=f"the gradient of {name}"
        )


def test_quick_training_never_changes_the_data():
    images, labels = (torch.tensor(array[:100]) for array in digits()[:2])
    before = images.numpy().copy()
    train(perceptron(), DataLoader(TensorDataset(images, labels), 10, shuffle=True), 2, 0.1)
    assert np.array_equal(images.numpy(), before)
    assert images.grad is None


def test_quick_gradients_reach_data_that_wants_them():
    """A loader does not cut gradients: rows of a tensor that requires them pass them on."""
    table = torch.randn(6, 3, requires_grad=True)
    for workers in (0, 1):
        for rows, places in DataLoader(
            TensorDataset(table, torch.arange(6)), 2, num_workers=workers
        ):
            (rows.sum(1) * (places + 1.0)).sum().backward()
    assert table.grad.tolist() == [[2.0 * i] * 3 for i in range(1, 7)]


def test_quick_gradients_reach_examples_that_are_stacked_one_by_one():
    table = torch.randn(6, 3, requires_grad=True)

    class Rows(Dataset):
        def __getitem__(self, index):
            return table[index], index

        def __len__(self):
            return 6

    for rows, places in DataLoader(Rows(), 4):
        assert rows.requires_grad, "the batch was cut off from its examples"
        (rows.sum(1) * (places + 1.0)).sum().backward()
    assert table.grad.tolist() == [[i] * 3 for i in range(1, 7)]


@WORKERS
def test_quick_a_loader_keeps_to_its_length_order_and_generator(workers):
    """Without shuffle the dataset's order; with one, that of its generator; threads or none."""
    options = {"num_workers": workers, "prefetch_factor": 3 if workers else None}

    def order(**more):
        loader = DataLoader(small(50), 4, **options, **more)
        batches = [labels.tolist() for _, labels in loader]
        assert len(batches) == len(loader), "len(loader) is not the number of its batches"
        return [label for batch in batches for label in batch]

    assert order() == list(range(50))
    assert order(drop_last=True) == list(range(48))
    torch.manual_seed(1)
    first = order(shuffle=True, generator=torch.Generator(5))
    torch.manual_seed(2)
    assert order(shuffle=True, generator=torch.Generator(5)) == first
    assert order(shuffle=True, generator=torch.Generator(6)) != first


@WORKERS
def test_quick_a_dataset_that_changes_its_examples_is_asked_for_them(workers):
    class Doubled(TensorDataset):
        def __getitem__(self, index):
            image, label = super().__getitem__(index)
            return (image * 2 if index % 2 else image), label

    source = small(20)
    for images, labels in DataLoader(Doubled(*source.tensors), 6, num_workers=workers):
        wanted = [label * (1 + label % 2) for label in labels.tolist()]
        assert images[:, 0, 0].tolist() == wanted, "odd examples are doubled by the dataset"


@WORKERS
def test_quick_an_error_is_raised_in_every_batch_it_strikes(workers):
    """In the first, in the middle, in the last: training stops there and not after it."""

    class Damaged(Dataset):
        def __init__(self, place):
            self.place = place

        def __getitem__(self, index):
            if index == self.place:
                raise OSError(f"image {index} cannot be read")
            return index

        def __len__(self):
            return 20

    for place in (0, 9, 19):
        seen, batches = [], DataLoader(Damaged(place), 4, num_workers=workers)
        with pytest.raises(OSError, match=f"image {place} cannot be read"):
            seen.extend(label for labels in batches for label in labels.tolist())
        assert seen == list(range(place // 4 * 4))


def test_quick_a_split_is_random_and_a_subset_gives_its_own_examples():
    parts = random_split(small(60), [40, 20], torch.Generator(0))
    seen = [np.concatenate([y.numpy() for _, y in DataLoader(part, 7)]) for part in parts]
    assert [len(labels) for labels in seen] == [40, 20]
    assert sorted(np.concatenate(seen)) == list(range(60)), "the parts overlap, or miss some"
    assert seen[0].tolist() != list(range(40)), "the parts are cut in the dataset's own order"
    assert [labels.tolist() for labels in seen] == [list(part.indices) for part in parts]


@WORKERS
def test_memory_does_not_grow_over_epochs(workers):
    loader = DataLoader(small(500), 50, shuffle=True, num_workers=workers)
    model = perceptron(classes=500)

    def used():
        train(model, loader, 2, 1e-4)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        used()
        first = used()
        for _ in range(5):
            last = used()
    finally:
        tracemalloc.stop()
    assert last - first < 20_000  # a batch is 12,800 bytes of images, ten epochs hold 1.3 million


def test_an_error_in_a_dataset_stops_training_and_names_its_line():
    class Damaged(Dataset):
        def __getitem__(self, index):
            if index == 13:
                raise OSError("image 13 cannot be read")
            return np.zeros((8, 8), np.float32), 0

        def __len__(self):
            return 20

    model = perceptron()
    for workers in (0, 2):
        with pytest.raises(OSError, match="image 13 cannot be read") as caught:
            train(model, DataLoader(Damaged(), 4, num_workers=workers), 1, 0.1)
        assert caught.traceback[-1].name == "__getitem__"


def test_a_split_keeps_held_out_digits_out():
    data = TensorDataset(*(torch.tensor(array) for array in digits()[:2]))
    learn, aside = random_split(data, [0.8, 0.2], torch.Generator(0))
    assert not set(learn.indices) & set(aside.indices)
    loader = DataLoader(learn, 64, shuffle=True, generator=torch.Generator(1))
    seen = np.concatenate([images.numpy() for images, _ in loader])
    assert len(seen) == len(learn)
    known = {image.tobytes() for image in seen}
    assert not any(aside[i][0].numpy().tobytes() in known for i in range(len(aside)))


def test_small_digits_are_read():
    images, labels, *held_out = digits()
    data = TensorDataset(torch.tensor(images), torch.tensor(labels))
    loader = DataLoader(data, 32, shuffle=True, generator=torch.Generator(0))
    model = perceptron(hidden=128)
    losses = train(model, loader, 30, 0.05)
    assert np.mean(losses[-40:]) < 0.05 * np.mean(losses[:5])
    assert accuracy(model, *held_out) >= 0.96


def test_mnist_is_read_within_a_minute_of_one_core():
    begun = time.process_time()
    images, labels, *held_out = mnist()
    source = torch.Generator(0)
    data = TensorDataset(torch.tensor(images), torch.tensor(labels))
    loader = DataLoader(data, 64, shuffle=True, generator=source, num_workers=1)
    model = perceptron(784, 128)
    train(model, loader, 10, 0.05, lambda x: transforms.random_shift(x, 2, source))
    assert accuracy(model, *held_out) >= 0.92
    assert time.process_time() - begun < 60
