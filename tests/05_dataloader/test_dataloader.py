"""Datasets, samplers, collating and the loader of module 05: PyTorch's meaning, in tables."""

import gc
import threading
import time
import traceback
import weakref
from collections import namedtuple

import numpy as np
import pytest

import tinytorch
from tinytorch import transforms
from tinytorch.core.dataloader import fetch, part_sizes
from tinytorch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    RandomSampler,
    Sampler,
    SequentialSampler,
    Subset,
    TensorDataset,
    default_collate,
    random_split,
)


class Squares(Dataset):
    """Example i is the pair (i, i * i); nothing in it is a tensor yet."""

    def __init__(self, count):
        self.count = count

    def __getitem__(self, index):
        return index, float(index * index)

    def __len__(self):
        return self.count


def generator(seed=0):
    return tinytorch.Generator(seed)


def rows(count=10, width=3):
    return TensorDataset(
        tinytorch.arange(count * width).reshape(count, width), tinytorch.arange(count)
    )


def indices(loader):
    """What the second thing in each batch holds, batch by batch."""
    return [batch[1].tolist() for batch in loader]


def prefetching():
    return [t for t in threading.enumerate() if t.name.startswith("prefetch")]


# Datasets


def test_a_dataset_without_getitem_says_what_it_needs():
    class Nothing(Dataset):
        pass

    with pytest.raises(NotImplementedError, match="Nothing needs a method __getitem__"):
        Nothing()[0]
    with pytest.raises(TypeError, match="len"):
        len(Nothing())


def test_tensor_dataset_wants_equally_many_rows():
    with pytest.raises(ValueError, match=r"\[2, 3\] rows"):
        TensorDataset(tinytorch.zeros(2), tinytorch.zeros(3))


@pytest.mark.parametrize("index", [0, -1, slice(1, 3), [4, 0, 4], [], np.array([1, 2])])
def test_tensor_dataset_indexes_every_tensor(index):
    first, second = rows()[index]
    assert np.array_equal(first.numpy(), np.arange(30).reshape(10, 3)[index])
    assert np.array_equal(second.numpy(), np.arange(10)[index])


def test_subset_maps_its_indices():
    subset = Subset(Squares(10), [7, 3, 5])
    assert len(subset) == 3
    assert subset[0] == (7, 49.0)
    assert subset[-1] == (5, 25.0)
    assert Subset(rows(), [7, 3, 5])[[2, 0]][1].tolist() == [5, 7]
    with pytest.raises(IndexError):
        subset[3]


@pytest.mark.parametrize(
    ("lengths", "count", "sizes"),
    [
        ([7, 3], 10, [7, 3]),
        ([0.7, 0.3], 10, [7, 3]),
        ([1 / 3, 1 / 3, 1 / 3], 10, [4, 3, 3]),
        ([0.55, 0.45], 10, [6, 4]),
        ([0.5, 0.5], 3, [2, 1]),
        ([3, 0], 3, [3, 0]),
        ([1.0], 5, [5]),
    ],
)
def test_part_sizes(lengths, count, sizes):
    """The same sizes as PyTorch's random_split, which were recorded from it."""
    assert part_sizes(lengths, count) == sizes


@pytest.mark.parametrize("lengths", [[3, 3], [0.5, 0.4], [11, -1], [1.5, -0.5], [10, 1]])
def test_lengths_that_do_not_add_up(lengths):
    with pytest.raises(ValueError, match="random_split got"):
        random_split(range(10), lengths)


def test_random_split_parts_do_not_overlap():
    parts = random_split(Squares(100), [0.5, 0.3, 0.2], generator())
    assert [len(part) for part in parts] == [50, 30, 20]
    together = [index for part in parts for index in part.indices]
    assert sorted(together) == list(range(100))
    assert together != sorted(together)


# Samplers


@pytest.mark.parametrize("shuffle", [False, True])
def test_every_index_once_an_epoch(shuffle):
    sampler = RandomSampler(range(50), generator=generator()) if shuffle else None
    sampler = sampler or SequentialSampler(range(50))
    assert len(sampler) == 50
    epochs = [list(sampler), list(sampler)]
    assert [sorted(epoch) for epoch in epochs] == [list(range(50))] * 2
    assert (epochs[0] == epochs[1]) is not shuffle


@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize(("count", "wanted"), [(5, 5), (5, 6), (5, 11), (1, 3), (5, 1)])
def test_random_sampler_draws_as_many_as_wanted_from_its_generator(replacement, count, wanted):
    samplers = [RandomSampler(range(count), replacement, wanted, generator()) for _ in range(2)]
    first, again = map(list, samplers)
    assert len(first) == len(samplers[0]) == wanted
    assert first == again
    assert set(first) <= set(range(count))


def test_random_sampler_refuses_an_empty_dataset():
    with pytest.raises(ValueError, match="num_samples should be a positive integer"):
        RandomSampler([])


@pytest.mark.parametrize("size", [0, -1, 2.5, True, None])
def test_batch_size_is_a_positive_integer(size):
    with pytest.raises(ValueError, match=f"batch_size should be a positive integer.*{size!r}"):
        BatchSampler(range(5), size, False)
    with pytest.raises(ValueError, match="batch_size"):
        DataLoader(range(5), batch_size=size)


def test_a_sampler_without_iter_says_what_it_needs():
    with pytest.raises(NotImplementedError, match="__iter__"):
        iter(Sampler())


@pytest.mark.parametrize("count", [0, 1, 5, 6, 7])
@pytest.mark.parametrize("size", [1, 2, 3, 10])
@pytest.mark.parametrize("drop_last", [False, True])
def test_batches_hold_every_index_and_len_counts_them(count, size, drop_last):
    sampler = BatchSampler(SequentialSampler(range(count)), size, drop_last)
    batches = list(sampler)
    kept = count - count % size if drop_last else count
    assert [index for batch in batches for index in batch] == list(range(kept))
    assert all(len(batch) == size for batch in batches[:-1])
    assert len(sampler) == len(batches)


# Collating

Point = namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("batch", "values", "dtype"),
    [
        ([1, 2], [1, 2], "int64"),
        ([1.0, 2.0], [1, 2], "float64"),
        ([True, False], [True, False], "bool"),
        ([np.float32(1), np.float32(2)], [1, 2], "float32"),
        ([np.int32(3)], [3], "int32"),
        ([np.zeros(2, "uint8")] * 2, [[0, 0], [0, 0]], "uint8"),
        ([np.array(1.5), np.array(2.5)], [1.5, 2.5], "float64"),
        ([tinytorch.ones(2), tinytorch.zeros(2)], [[1, 1], [0, 0]], "float32"),
    ],
)
def test_collated_values_and_types(batch, values, dtype):
    """The types are PyTorch's, which were recorded from it."""
    joined = default_collate(batch)
    assert isinstance(joined, tinytorch.Tensor)
    assert joined.dtype == dtype
    assert joined.tolist() == np.array(values).tolist()


def test_collating_keeps_the_structure():
    batch = [
        {"point": Point(i, 2.0 * i), "name": f"n{i}", "more": [(i, b"x"), np.eye(2) * i]}
        for i in range(3)
    ]
    joined = default_collate(batch)
    assert type(joined["point"]) is Point
    assert joined["point"].y.tolist() == [0, 2, 4]
    assert joined["name"] == ["n0", "n1", "n2"]
    assert joined["more"][0][0].tolist() == [0, 1, 2]
    assert joined["more"][0][1] == [b"x"] * 3
    assert joined["more"][1].shape == (3, 2, 2)


@pytest.mark.parametrize(
    ("batch", "error", "text"),
    [
        ([(1, 2), (1,)], RuntimeError, "equal size"),
        ([object()], TypeError, "object"),
        ([None], TypeError, "NoneType"),
        ([np.zeros(2), np.zeros(3)], RuntimeError, r"\(3,?\)|3"),
        ([tinytorch.zeros(2), tinytorch.zeros(3)], RuntimeError, "3"),
        ([{"a": 1}, {"b": 2}], KeyError, "a"),
        ([], IndexError, None),
    ],
)
def test_what_cannot_be_collated(batch, error, text):
    with pytest.raises(error, match=text):
        default_collate(batch)


# The loader


@pytest.mark.parametrize("workers", [0, 1, 3])
@pytest.mark.parametrize("make", [rows, Squares])
def test_batches_in_order(make, workers):
    loader = DataLoader(make(10), batch_size=4, num_workers=workers)
    assert indices(loader) == (
        [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
        if make is rows
        else [[0, 1, 4, 9], [16, 25, 36, 49], [64, 81]]
    )
    assert len(loader) == 3


def test_the_defaults_are_pytorchs():
    batches = list(DataLoader(rows(3)))
    assert [type(batch) for batch in batches] == [list] * 3
    assert [batch[0].shape for batch in batches] == [(1, 3)] * 3


def test_drop_last():
    loader = DataLoader(rows(10), batch_size=4, drop_last=True)
    assert indices(loader) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert len(loader) == 2


@pytest.mark.parametrize("workers", [0, 2])
def test_shuffled_epochs_repeat_from_a_seed_and_differ_from_each_other(workers):
    def epochs(**source):
        loader = DataLoader(rows(40), 8, shuffle=True, num_workers=workers, **source)
        return [indices(loader), indices(loader)]

    first = epochs(generator=generator(1))
    assert first == epochs(generator=generator(1))
    assert first[0] != first[1]
    assert first != epochs(generator=generator(2))
    tinytorch.manual_seed(7)
    second = epochs()
    tinytorch.manual_seed(7)
    assert second == epochs()


@pytest.mark.parametrize("workers", [0, 2])
def test_labels_stay_with_their_rows(workers):
    for pictures, labels in DataLoader(rows(50), 7, shuffle=True, num_workers=workers):
        assert (pictures[:, 0] == labels * 3).all()


def test_sampler_batch_sampler_and_collate_fn():
    assert indices(DataLoader(rows(), 2, sampler=[9, 0, 4])) == [[9, 0], [4]]
    assert indices(DataLoader(rows(), batch_sampler=[[1], [2, 3]])) == [[1], [2, 3]]
    assert len(DataLoader(rows(), batch_sampler=[[1], [2, 3]])) == 2
    assert list(DataLoader("abcde", 2, collate_fn="".join)) == ["ab", "cd", "e"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"shuffle": True, "sampler": [1]}, "sampler option is mutually exclusive with shuffle"),
        ({"batch_sampler": [[1]], "batch_size": 2}, "batch_sampler option is mutually exclusive"),
        ({"batch_sampler": [[1]], "shuffle": True}, "batch_sampler option is mutually exclusive"),
        ({"batch_sampler": [[1]], "drop_last": True}, "batch_sampler option is mutually exclusive"),
        ({"batch_sampler": [[1]], "sampler": [1]}, "batch_sampler option is mutually exclusive"),
        ({"num_workers": -1}, "num_workers option should be non-negative"),
        ({"prefetch_factor": 2}, "prefetch_factor option"),
        ({"num_workers": 2, "prefetch_factor": 0}, "prefetch_factor should be a positive"),
        ({"num_workers": 2, "prefetch_factor": -1}, "prefetch_factor should be a positive"),
    ],
)
def test_options_that_contradict_each_other(options, text):
    with pytest.raises(ValueError, match=text):
        DataLoader(rows(), **options)


def test_an_empty_dataset_has_no_batches_and_cannot_be_shuffled():
    assert list(DataLoader([])) == []
    with pytest.raises(ValueError, match="num_samples"):
        DataLoader([], shuffle=True)


# The short cut


def test_rows_are_found_through_subsets_and_are_a_copy():
    dataset = rows(20)
    inner = Subset(Subset(dataset, list(range(10, 20))), [0, 5])
    batch = fetch([1, 0], inner, default_collate)
    assert batch[1].tolist() == [15, 10]
    batch[0].numpy()[:] = -1
    assert dataset[15][0].tolist() == [45, 46, 47]


def test_an_own_getitem_is_never_passed_by():
    class Negative(TensorDataset):
        def __getitem__(self, index):
            picture, label = super().__getitem__(index)
            return -picture, label

    class Doubled(Subset):
        def __getitem__(self, index):
            picture, label = super().__getitem__(index)
            return picture * 2, label

    negative = Negative(*rows().tensors)
    assert next(iter(DataLoader(negative, 2)))[0].tolist() == [[0, -1, -2], [-3, -4, -5]]
    doubled = Doubled(rows(), [1])
    assert next(iter(DataLoader(doubled, 1)))[0].tolist() == [[6, 8, 10]]


def test_getitems_is_used_where_a_dataset_has_it():
    class Many(Squares):
        def __getitems__(self, wanted):
            return [(index, -1.0) for index in wanted]

    assert next(iter(DataLoader(Many(5), 3)))[1].tolist() == [-1.0] * 3


# Threads


class Failing(Squares):
    def __getitem__(self, index):
        if index == 5:
            raise LookupError("example 5 is missing")
        return super().__getitem__(index)


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_an_error_in_a_dataset_is_raised_in_the_loop_with_its_traceback(workers):
    seen = []
    loader = DataLoader(Failing(10), 2, num_workers=workers)
    with pytest.raises(LookupError, match="example 5 is missing") as caught:
        seen.extend(batch[0].tolist() for batch in loader)
    assert seen == [[0, 1], [2, 3]]
    frames = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert frames[-1] == "__getitem__"
    assert prefetching() == []


def test_an_error_of_the_sampler_is_raised_too():
    def broken():
        yield [0]
        raise RuntimeError("no more indices")

    with pytest.raises(RuntimeError, match="no more indices"):
        list(DataLoader(rows(), batch_sampler=broken(), num_workers=2))
    assert prefetching() == []


def test_no_thread_is_left_when_the_loop_is_broken_off():
    for _batch in DataLoader(rows(100), 2, num_workers=3):
        assert prefetching()
        break
    assert prefetching() == []


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_no_thread_is_left_when_the_loop_raises(error):
    def loop():
        for _batch in DataLoader(rows(100), 2, num_workers=3):
            raise error

    with pytest.raises(error):
        loop()
    assert prefetching() == []


def test_no_thread_is_left_when_the_iterator_is_collected():
    batches = iter(DataLoader(rows(100), 2, num_workers=3))
    next(batches)
    held = [batches]
    held.append(held)  # a cycle, so that only the collector finds it
    del batches, held
    gc.collect()
    assert prefetching() == []


def test_no_thread_is_begun_before_the_first_batch_is_asked_for():
    batches = iter(DataLoader(rows(100), 2, num_workers=3))
    assert prefetching() == []
    assert batches is not None


@pytest.mark.parametrize(("workers", "factor"), [(1, 1), (1, 2), (2, 3)])
def test_no_more_is_loaded_ahead_than_asked_for(workers, factor):
    taken = []
    batches = ([taken.append(i) or i] for i in range(40))
    loader = DataLoader(Squares(40), batch_sampler=batches, num_workers=workers,
                        prefetch_factor=factor)  # fmt: skip
    for count, _batch in enumerate(loader, start=1):
        assert len(taken) == min(40, count + workers * factor)


def test_batches_that_were_used_are_let_go():
    alive = []

    def remember(items):
        batch = tinytorch.tensor(items)
        alive.append(weakref.ref(batch))
        return batch

    for _batch in DataLoader(range(50), 1, num_workers=1, collate_fn=remember):
        assert sum(ref() is not None for ref in alive) <= 2 + 2
    del _batch
    assert sum(ref() is not None for ref in alive) == 0


def test_order_is_kept_however_long_an_example_takes():
    class Uneven(Squares):
        def __getitem__(self, index):
            time.sleep(0.004 * (index % 3 == 0))
            return super().__getitem__(index)

    assert [batch[0].item() for batch in DataLoader(Uneven(20), num_workers=4)] == list(range(20))


def test_two_loops_over_one_loader_do_not_disturb_each_other():
    loader = DataLoader(rows(6), 2, num_workers=2)
    pairs = [(a[1].tolist(), b[1].tolist()) for a, b in zip(loader, loader, strict=True)]
    assert pairs == [([0, 1], [0, 1]), ([2, 3], [2, 3]), ([4, 5], [4, 5])]


# Transforms


@pytest.mark.parametrize("shape", [(6, 5, 4), (6, 3, 5, 4)])
def test_shift_moves_each_image_by_itself_and_brings_zeros_in(shape):
    images = np.random.default_rng(0).random(shape).astype(np.float32) + 1
    moved = transforms.random_shift(images, 2, generator())
    assert moved.shape == shape
    assert moved.dtype == np.float32
    padded = np.pad(images, [(0, 0)] * (len(shape) - 2) + [(2, 2)] * 2)
    places = []
    for image, big in zip(moved, padded, strict=True):
        found = [
            (i, j) for i in range(5) for j in range(5)
            if np.array_equal(big[..., i : i + 5, j : j + 4], image)
        ]  # fmt: skip
        assert len(found) == 1
        places += found
    assert len(set(places)) > 1


@pytest.mark.parametrize("shape", [(40, 5, 4), (40, 3, 5, 4)])
def test_flip_mirrors_some_images(shape):
    images = np.random.default_rng(0).random(shape)
    flipped = transforms.random_flip(images, 0.5, generator())
    kept = [np.array_equal(a, b) for a, b in zip(images, flipped, strict=True)]
    mirrored = [np.array_equal(a[..., ::-1], b) for a, b in zip(images, flipped, strict=True)]
    assert [a != b for a, b in zip(kept, mirrored, strict=True)] == [True] * 40
    assert 8 < sum(mirrored) < 32
    assert np.array_equal(transforms.random_flip(images, 0.0), images)
    assert np.array_equal(transforms.random_flip(images, 1.0), images[..., ::-1])


def test_normalize_one_number_or_one_a_channel():
    images = np.arange(24, dtype=np.uint8).reshape(2, 3, 2, 2)
    out = transforms.normalize(images, (1, 2, 3), (2, 4, 5))
    assert out.dtype == np.float32
    np.testing.assert_allclose(out[:, 1], (images[:, 1] - 2.0) / 4.0)
    np.testing.assert_allclose(transforms.normalize(images[:, 0], 4, 2), (images[:, 0] - 4.0) / 2)


def test_random_transforms_repeat_from_a_seed():
    images = np.random.default_rng(0).random((20, 6, 6))
    for change in (lambda g: transforms.random_shift(images, 2, g),
                   lambda g: transforms.random_flip(images, 0.5, g)):  # fmt: skip
        assert np.array_equal(change(generator(1)), change(generator(1)))
        assert not np.array_equal(change(generator(1)), change(generator(2)))
        tinytorch.manual_seed(4)
        first = change(None)
        tinytorch.manual_seed(4)
        assert np.array_equal(change(None), first)
