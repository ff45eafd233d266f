"""Random numbers in loaders: the same batches, whoever makes them, and whenever."""

import json
import threading

import numpy as np
import pytest

import tinytorch
from tinytorch import nn
from tinytorch.lib.random import Stream
from tinytorch.utils.data import DataLoader, Dataset, IterableDataset, RandomSampler, Sampler

WORKERS = (0, 1, 2, 5)


class Drawing(Dataset):
    """Thirty examples, each with a number that `draw` gives."""

    def __init__(self, draw):
        self.draw = draw

    def __len__(self):
        return 30

    def __getitem__(self, index):
        return index, self.draw(index)


class Waiting(Dataset):
    """The first batch is made last: its threads wait for one another."""

    def __init__(self, workers):
        self.barrier = threading.Barrier(max(workers, 1), timeout=0.3)

    def __len__(self):
        return 8

    def __getitem__(self, index):
        if index < 2:
            try:
                self.barrier.wait()
            except threading.BrokenBarrierError:
                self.barrier.reset()
        return tinytorch.rand(1).item()


def reseeded(index):
    tinytorch.manual_seed(index // 3)
    return tinytorch.rand(1).item()


def own(index):
    return tinytorch.rand(1, generator=tinytorch.Generator(index)).item()


def fixed():
    generator = tinytorch.Generator(5)
    return lambda index: tinytorch.rand(1, generator=generator).item()


def by_dropout(index):
    return nn.Dropout(0.5)(tinytorch.ones(8)).tolist()


DRAWS = {
    "rand": lambda: lambda index: tinytorch.rand(1).item(),
    "randint": lambda: lambda index: tinytorch.randint(0, 1000, (2,)).tolist(),
    "dropout": lambda: by_dropout,
    "a generator of the dataset's": fixed,
    "a generator for each example": lambda: own,
    "seeds in the dataset": lambda: reseeded,
    "how many depends on chance": lambda: (
        lambda index: [
            tinytorch.rand(1).item() for _ in range(int(tinytorch.randint(1, 4, (1,)).item()))
        ]
    ),
}


def epochs(draw, workers, seed=0, count=2):
    """The batches of some epochs, and what dropout in the loop did meanwhile."""
    tinytorch.manual_seed(seed)
    data, drop, found = Drawing(DRAWS[draw]()), nn.Dropout(0.5), []
    loader = DataLoader(data, 4, shuffle=True, num_workers=workers, collate_fn=list)
    for _ in range(count):
        for batch in loader:
            found.append((batch, drop(tinytorch.ones(6)).tolist()))
    return found


@pytest.mark.parametrize("draw", DRAWS)
def test_seeded_epochs_repeat_with_any_number_of_threads(draw):
    wanted = epochs(draw, 0)
    for workers in WORKERS:
        assert epochs(draw, workers) == wanted, f"{workers} workers"
    assert epochs(draw, 2, seed=1) != wanted


@pytest.mark.parametrize("draw", ["rand", "dropout", "a generator of the dataset's"])
def test_epochs_and_batches_draw_other_numbers(draw):
    drawn = [str(number) for batch, _ in epochs(draw, 2) for _, number in batch]
    assert len(set(drawn)) > (50 if draw == "dropout" else 59)


@pytest.mark.parametrize("workers", WORKERS)
def test_it_does_not_matter_which_thread_is_faster(workers):
    tinytorch.manual_seed(4)
    wanted = [x.tolist() for x in DataLoader(Waiting(0), 1)]
    tinytorch.manual_seed(4)
    assert [x.tolist() for x in DataLoader(Waiting(workers), 1, num_workers=workers)] == wanted


def test_the_generator_of_the_loader_is_the_one_that_counts():
    def drawn(seed, default):
        tinytorch.manual_seed(default)
        generator = tinytorch.Generator(seed)
        data = Drawing(DRAWS["a generator of the dataset's"]())
        return list(DataLoader(data, 4, num_workers=2, generator=generator, collate_fn=list))

    assert drawn(1, 1) == drawn(1, 2)
    assert drawn(1, 1) != drawn(2, 1)


def test_loading_leaves_the_numbers_to_come_alone():
    tinytorch.manual_seed(6)
    wanted = tinytorch.rand(3).tolist()
    for workers in WORKERS:
        tinytorch.manual_seed(6)
        list(DataLoader(Drawing(DRAWS["rand"]()), 4, shuffle=True, num_workers=workers))
        assert tinytorch.rand(3).tolist() == wanted


def test_collating_draws_from_the_stream_too():
    def collated(workers):
        tinytorch.manual_seed(2)
        collate = lambda batch: tinytorch.rand(len(batch)).tolist()  # noqa: E731
        return list(DataLoader(range(9), 2, num_workers=workers, collate_fn=collate))

    assert collated(0) == collated(1) == collated(3)


class Lazy(Sampler):
    """Draws each index when it is asked for."""

    def __iter__(self):
        for _ in range(12):
            yield int(tinytorch.randint(0, 30, (1,)).item())

    def __len__(self):
        return 12


@pytest.mark.parametrize("sampler", [Lazy(), RandomSampler(range(5), num_samples=17)])
def test_a_sampler_that_draws_meanwhile_repeats_whatever_the_loop_draws(sampler):
    def order(workers, drawn):
        tinytorch.manual_seed(3)
        found = []
        for batch in DataLoader(range(30), 2, sampler=sampler, num_workers=workers):
            found.append(batch.tolist())
            tinytorch.rand(drawn)
        return found

    assert order(0, 0) == order(0, 3) == order(1, 1) == order(4, 2)


class Shuffled(IterableDataset):
    """The numbers to 20 from a buffer of five, as streams of data are shuffled."""

    def __iter__(self):
        buffer = []
        for i in range(20):
            buffer.append(i)
            if len(buffer) == 5:
                yield buffer.pop(int(tinytorch.randint(0, 5, (1,)).item()))
        yield from buffer


def test_an_iterable_dataset_repeats_whatever_the_loop_draws():
    def order(workers, drawn):
        tinytorch.manual_seed(3)
        found = []
        for batch in DataLoader(Shuffled(), 3, num_workers=workers):
            found.append(batch.tolist())
            tinytorch.rand(drawn)
        return found

    wanted = order(0, 0)
    assert sorted(i for batch in wanted for i in batch) == list(range(20))
    assert wanted == order(0, 2) == order(2, 1)
    assert wanted != [list(range(i, min(i + 3, 20))) for i in range(0, 20, 3)]


def test_loaders_in_datasets_draw_in_streams_of_their_own():
    inner = Drawing(DRAWS["rand"]())

    def outer(workers):
        tinytorch.manual_seed(1)
        draw = lambda index: list(DataLoader(inner, 10, num_workers=2, collate_fn=list))  # noqa: E731
        return list(DataLoader(Drawing(draw), 5, num_workers=workers, collate_fn=list))

    assert outer(0) == outer(3)


# Generators


def test_a_stream_ends_with_its_block_also_after_an_error():
    generator = tinytorch.Generator(1)
    before = generator.get_state()
    with pytest.raises(ZeroDivisionError), Stream(1, 2):
        assert 1 / int(generator.rng.random())
    assert generator.get_state() == before


def test_streams_follow_from_their_numbers_alone():
    def drawn(*numbers, seed=1):
        with Stream(*numbers):
            return tinytorch.Generator(0).rng.random(), tinytorch.default_generator.rng.random()

    tinytorch.manual_seed(8)
    seeds = [(1,), (1, 0), (0, 1), (1, 1), (2**32 + 1,), (2**63, 0), (1, 1, 0)]
    found = [drawn(*numbers)[1] for numbers in seeds]
    assert len(set(found)) == len(seeds)
    assert found == [drawn(*numbers)[1] for numbers in seeds]


def test_a_generator_made_in_a_stream_lasts_beyond_it():
    with Stream(3):
        made = tinytorch.Generator(7)
        first = made.rng.random()
    assert first == tinytorch.Generator(7).rng.random() == made.rng.random()


@pytest.mark.parametrize(("seed", "same"), [(-1, 2**64 - 1), (True, 1), (np.int64(3), 3), (1.7, 1)])
def test_seeds_that_are_taken(seed, same):
    assert tinytorch.manual_seed(seed).initial_seed() == same
    drawn = tinytorch.rand(2).tolist()
    tinytorch.manual_seed(same)
    assert tinytorch.rand(2).tolist() == drawn


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tinytorch.manual_seed(2**64), ValueError, "less than 2\\*\\*64"),
        (lambda: tinytorch.manual_seed(-(2**63) - 1), ValueError, "at least -2\\*\\*63"),
        (lambda: tinytorch.manual_seed("a"), TypeError, "a seed is a whole number, not 'a'"),
        (lambda: tinytorch.manual_seed(float("nan")), TypeError, "a seed is a whole number"),
        (lambda: tinytorch.Generator("cuda:1"), RuntimeError, "cuda:1.*only the CPU"),
        (lambda: tinytorch.rand(2, generator=3), TypeError, "a Generator or None, not int"),
        (lambda: tinytorch.Generator().set_state({}), TypeError, "what get_state"),
        (lambda: tinytorch.Generator().set_state([1]), TypeError, "what get_state"),
    ],
)
def test_what_generators_refuse(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_state_holds_which_stream_comes_next():
    one, other = tinytorch.Generator(3), tinytorch.Generator(4)
    one.stream_seed()
    state = json.loads(json.dumps(one.get_state()))
    wanted = one.stream_seed()
    other.set_state(state)
    assert other.stream_seed() == wanted
    assert other.initial_seed() == 3
