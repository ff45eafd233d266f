"""What scripts use beside the names of module 05: more datasets, samplers, options, words."""

import gc
import threading

import numpy as np
import pytest

import tinytorch
from tinytorch import transforms
from tinytorch.utils.data import (
    BatchSampler,
    ChainDataset,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    StackDataset,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    default_collate,
    get_worker_info,
    random_split,
)


class Endless(IterableDataset):
    def __iter__(self):
        i = 0
        while True:
            yield i
            i += 1


def rows(count=4):
    return TensorDataset(tinytorch.arange(count * 2).reshape(count, 2), tinytorch.arange(count))


def test_datasets_are_added():
    both = rows(2) + rows(3) + [7]
    assert isinstance(both, ConcatDataset)
    assert len(both) == 6
    assert [int(both[i][1]) for i in range(5)] == [0, 1, 0, 1, 2]
    assert both[-1] == 7
    assert isinstance(Endless() + Endless(), ChainDataset)


def test_a_concatenation_is_loaded_in_one_order():
    loader = DataLoader(ConcatDataset([rows(3), rows(2)]), 2, num_workers=1)
    assert [y.tolist() for _, y in loader] == [[0, 1], [2, 0], [1]]


@pytest.mark.parametrize("workers", [0, 2])
def test_an_endless_dataset_is_read_no_further_than_asked(workers):
    loader = DataLoader(Endless(), 3, num_workers=workers)
    batches = iter(loader)
    assert [next(batches).tolist() for _ in range(3)] == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    del batches
    gc.collect()
    assert not [t for t in threading.enumerate() if t.name.startswith("prefetch")]


def test_a_dataset_may_say_what_its_examples_are():
    class Typed(Dataset[int]):
        def __getitem__(self, index):
            return index

    assert Typed()[3] == 3
    assert issubclass(Typed, Dataset)


def test_subsets_are_shuffled_and_weights_are_kept_to():
    sampler = SubsetRandomSampler([5, 6, 7, 8], tinytorch.Generator(0))
    first, second = list(sampler), list(sampler)
    assert sorted(first) == sorted(second) == [5, 6, 7, 8]
    assert first != second
    draws = list(WeightedRandomSampler([1.0, 0.0, 4.0], 5000, generator=tinytorch.Generator(1)))
    assert draws.count(1) == 0
    assert draws.count(2) / draws.count(0) == pytest.approx(4, rel=0.15)
    left = WeightedRandomSampler(tinytorch.tensor([1.0, 2.0, 3.0]), 3, replacement=False)
    assert sorted(left) == [0, 1, 2]
    with_loader = DataLoader(range(3), 2, sampler=WeightedRandomSampler([0, 0, 1], 4))
    assert [x.tolist() for x in with_loader] == [[2, 2], [2, 2]]


@pytest.mark.parametrize("indices", [[3, 1], (3, 1), np.array([3, 1]), tinytorch.tensor([3, 1])])
def test_subsets_take_any_list_of_indices(indices):
    subset = Subset(rows(), indices)
    assert int(subset[0][1]) == 3
    assert [y.tolist() for _, y in DataLoader(subset, 2)] == [[3, 1]]


# Loaders


@pytest.mark.parametrize("workers", [0, 1, 3])
@pytest.mark.parametrize("error", [LookupError("no example 1"), StopIteration("at its end")])
def test_a_loop_goes_on_after_the_error_of_one_batch(workers, error):
    class Failing(Dataset):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            if index == 1:
                raise error
            return index

    found, batches = [], iter(DataLoader(Failing(), num_workers=workers))
    for _ in range(4):
        try:
            found.append(next(batches).item())
        except (LookupError, RuntimeError) as raised:
            found.append(type(raised).__name__)
    kind = "LookupError" if isinstance(error, LookupError) else "RuntimeError"
    assert found == [0, kind, 2, 3]
    with pytest.raises(StopIteration):
        next(batches)


@pytest.mark.parametrize("shuffle", [False, True])
def test_a_loader_keeps_up_with_its_dataset(shuffle):
    examples = [1, 2]
    loader = DataLoader(examples, shuffle=shuffle)
    assert len(loader) == 2
    examples += [3, 4, 5]
    assert len(loader) == 5
    assert sorted(x.item() for x in loader) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("name", ["batch_size", "sampler", "batch_sampler", "drop_last", "dataset"])
def test_what_a_loader_was_made_for_is_fixed(name):
    loader = DataLoader([1, 2])
    with pytest.raises(ValueError, match=f"the {name} of a DataLoader is fixed"):
        setattr(loader, name, 2)
    loader.num_workers = 1
    assert [x.item() for x in loader] == [1, 2]


@pytest.mark.parametrize("error", [None, LookupError("not ready")])
def test_workers_are_told_their_numbers(error):
    told, asked = [], []

    def begin(number):
        told.append((number, tinytorch.initial_seed()))
        if error:
            raise error

    class Asking(Dataset):
        def __len__(self):
            return 12

        def __getitem__(self, index):
            info = get_worker_info()
            asked.append((info.id, info.num_workers, info.dataset is self))
            return index

    loader = DataLoader(Asking(), num_workers=3, worker_init_fn=begin)
    if error:
        with pytest.raises(LookupError, match="not ready"):
            list(loader)
        return
    assert [x.item() for x in loader] == list(range(12))
    assert len({seed for _, seed in told}) == len(told)
    assert {number for number, _ in told} == {number for number, _, _ in asked}
    assert {number for number, _ in told} <= {0, 1, 2}
    assert {more for _, *more in [(a, (b, c)) for a, b, c in asked] for more in more} == {(3, True)}
    assert get_worker_info() is None


@pytest.mark.parametrize(
    "make", [lambda x: x, lambda x: np.str_(x), lambda x: np.bytes_(x.encode())]
)
def test_strings_of_every_kind_are_collated_in_lists(make):
    batch = [make("a"), make("b")]
    assert default_collate(batch) == batch
    pairs = default_collate([(text, 1) for text in batch])
    assert pairs[0] == batch
    assert default_collate([{"name": text} for text in batch]) == {"name": batch}


@pytest.mark.parametrize(
    ("batch", "error", "words"),
    [
        ([np.array(["a"])], TypeError, "holds <U1"),
        ([np.array([b"a"])], TypeError, "holds |S1"),
        ([np.array([None])], TypeError, "holds object"),
        ([np.array(["2020-01-01"], "M8[D]")], TypeError, "holds datetime64"),
        ([np.array([1 + 1j])], TypeError, "holds complex128"),
        ([np.array("a")], TypeError, "holds <U1"),
        ([np.datetime64("2020-01-01")], TypeError, "datetime64"),
        ([np.ones(2), [1, 2]], TypeError, "a batch holds ndarray and list"),
        ([tinytorch.ones(2), np.ones(2)], TypeError, "a batch holds Tensor and ndarray"),
        ([np.ones(2), np.ones((1, 2))], RuntimeError, r"\(2,\) and \(1, 2\)"),
    ],
)
def test_examples_that_hold_no_numbers_alike_are_refused(batch, error, words):
    with pytest.raises(error, match=words):
        default_collate(batch)


# Words


REFUSED = {
    "TensorDataset of nothing": (lambda: TensorDataset(), "got no tensors"),
    "TensorDataset of a list": (lambda: TensorDataset([1]), "got list: it takes tensors"),
    "TensorDataset of one number": (
        lambda: TensorDataset(tinytorch.tensor(1.0)), "of shape .*at least one dimension"
    ),
    "Subset at a number": (lambda: Subset([1], 0), "a Subset takes.*not list and int"),
    "random_split by a number": (lambda: random_split([1, 2], 2.5), "got lengths"),
    "random_split by words": (lambda: random_split([1, 2], ["all"]), "they are numbers"),
    "random_split by halves": (lambda: random_split([1, 2, 3], [1.5, 1.5]), "must add up to 3"),
    "random_split by a seed": (lambda: random_split([1], [1], 3), "a Generator or None, not int"),
    "shuffling a number": (lambda: RandomSampler(5), "int has no len"),
    "shuffling by a seed": (lambda: list(RandomSampler([1], generator=3)), "not int"),
    "batches of a number": (lambda: BatchSampler(5, 2, False), "sampler is something to loop"),
    "a loader of a number": (lambda: DataLoader(5), "got int: a dataset has __getitem__"),
    "a collate_fn of no function": (lambda: DataLoader([1], collate_fn=3), "collate_fn is a func"),
    "a worker_init_fn of no function": (
        lambda: DataLoader([1], worker_init_fn=3), "worker_init_fn is a function or None, not int"
    ),
    "workers by a word": (lambda: DataLoader([1], num_workers="2"), "non-negative, but got '2'"),
    "lasting workers": (lambda: DataLoader([1], persistent_workers=True), "num_workers > 0"),
    "an order for a stream": (lambda: DataLoader(Endless(), shuffle=True), "in its own order"),
    "adding nothing": (lambda: ConcatDataset([]), "got no datasets"),
    "adding a number": (lambda: rows() + 3, "int has no len"),
    "adding a stream": (lambda: rows() + Endless(), "use ChainDataset"),
    "chaining a list": (lambda: ChainDataset([[1]]), "joins IterableDatasets, not list"),
    "stacking lengths": (lambda: StackDataset([1], [1, 2]), r"\[1, 2\] examples"),
    "stacking nothing": (lambda: StackDataset(), "datasets with names"),
    "weights of nothing": (lambda: WeightedRandomSampler([], 1), "weights is a list of numbers"),
    "weights below 0": (lambda: WeightedRandomSampler([-1.0], 1), "from 0 up"),
    "weights of 0": (lambda: WeightedRandomSampler([0.0], 1), "cannot be drawn"),
    "too many draws": (lambda: WeightedRandomSampler([1, 0], 2, False), "1 weights are not 0"),
    "a subset of a number": (lambda: SubsetRandomSampler(3), "not int"),
    "flipping a tensor": (lambda: transforms.random_flip(tinytorch.ones(1, 2, 2)), "it x.array"),
    "flipping a list": (lambda: transforms.random_flip([1]), "an array of images, not list"),
    "flipping one image": (lambda: transforms.random_flip(np.ones((2, 2))), r"shape \(2, 2\)"),
    "flipping often": (lambda: transforms.random_flip(np.ones((1, 2, 2)), 2), "p=2: it must be"),
    "shifting by halves": (
        lambda: transforms.random_shift(np.ones((1, 2, 2)), 0.5), "pixels=0.5: it must be a whole"
    ),
    "shifting back": (lambda: transforms.random_shift(np.ones((1, 2, 2)), -1), "at least 0"),
    "normalizing by channel": (
        lambda: transforms.normalize(np.ones((1, 3, 2, 2)), [1, 2], 1), "2 values for 3 channels"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_refused_in_words(what):
    call, words = REFUSED[what]
    with pytest.raises((TypeError, ValueError), match=words):
        call()
