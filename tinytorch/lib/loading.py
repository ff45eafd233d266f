# generated from tito/lib/loading.py by `tito build`: edit that file
"""What loaders do with items and jobs, in one thread or several: streams, errors, workers."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count
from typing import Any

from .datasets import IterableDataset
from .layer_checks import check_switch
from .random import Generator, Stream

__all__ = [
    "FIXED",
    "Ahead",
    "Workers",
    "attempt",
    "check_batches",
    "check_draws",
    "check_options",
    "check_positive",
    "check_workers",
    "get_worker_info",
    "numbered",
    "result_of",
]

# What a DataLoader is made for.
FIXED = ("dataset", "batch_size", "sampler", "batch_sampler", "drop_last", "persistent_workers")
_END = object()


def check_positive(value: Any, what: str) -> None:
    """Raises: ValueError unless `value` is a positive whole number."""
    if type(value) is not int or value <= 0:
        raise ValueError(f"{what} should be a positive integer value, but got {what}={value!r}")


def check_draws(replacement: Any, num_samples: Any) -> None:
    """Raises: ValueError or TypeError for what a RandomSampler cannot be made of."""
    check_positive(num_samples, "num_samples")
    if not isinstance(replacement, bool):
        raise TypeError(f"replacement should be a boolean value, but got {replacement=!r}")


def check_batches(sampler: Any, batch_size: Any) -> None:
    """Raises: ValueError or TypeError for what a BatchSampler cannot be made of."""
    check_positive(batch_size, "batch_size")
    if not hasattr(sampler, "__iter__") and not hasattr(sampler, "__getitem__"):
        raise TypeError(f"sampler is something to loop over, not {type(sampler).__name__}")


def check_options(
    dataset: Any, batch_size: Any, shuffle: Any, sampler: Any, batch_sampler: Any, drop_last: Any
) -> None:
    """Raises: ValueError for options of a DataLoader that contradict each other; TypeError."""
    if isinstance(dataset, IterableDataset):
        if shuffle or sampler is not None or batch_sampler is not None:
            raise ValueError(
                "an IterableDataset gives its examples in its own order: shuffle, sampler and "
                "batch_sampler have no meaning for it"
            )
    elif not hasattr(dataset, "__getitem__") and not hasattr(dataset, "__getitems__"):
        raise TypeError(
            f"a DataLoader got {type(dataset).__name__}: a dataset has __getitem__ and __len__, or "
            "is an IterableDataset"
        )
    for name, given in (("sampler", sampler), ("batch_sampler", batch_sampler)):
        if given is not None and not hasattr(given, "__iter__"):
            raise TypeError(f"{name} is something to loop over, not {type(given).__name__}")
    if shuffle is not None:
        check_switch("DataLoader", shuffle=shuffle)
    if not isinstance(drop_last, bool):
        raise ValueError(f"drop_last should be a boolean value, but got {drop_last=!r}")
    is_one = type(batch_size) is int and batch_size == 1
    if batch_sampler is None:
        check_positive(batch_size, "batch_size")
    elif not is_one or shuffle or sampler is not None or drop_last:
        raise ValueError(
            "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and "
            "drop_last"
        )
    if sampler is not None and shuffle:
        raise ValueError("sampler option is mutually exclusive with shuffle")


def check_workers(
    num_workers: Any, prefetch_factor: Any, persistent_workers: Any, **functions: Any
) -> None:
    """Raises: ValueError for options that make no sense; TypeError for no functions."""
    if type(num_workers) is not int or num_workers < 0:
        raise ValueError(f"num_workers option should be non-negative, but got {num_workers!r}")
    if prefetch_factor is not None:
        if num_workers == 0:
            raise ValueError("prefetch_factor option means nothing without num_workers > 0")
        check_positive(prefetch_factor, "prefetch_factor")
    check_switch("DataLoader", persistent_workers=persistent_workers)
    if persistent_workers and num_workers == 0:
        raise ValueError("persistent_workers option needs num_workers > 0")
    for name, function in functions.items():
        if function is not None and not callable(function):
            raise TypeError(f"{name} is a function or None, not {type(function).__name__}")


def numbered(items: Iterable, seed: tuple, only: Generator | None) -> Iterator[tuple[int, Any]]:
    """(1, item), (2, item), ...; what draws while they are taken draws from a stream."""
    stream = Stream(*seed, 0, only=only)
    with stream:
        left = iter(items)
    for number in count(1):
        with stream:
            item = next(left, _END)
        if item is _END:
            return
        yield number, item


def attempt(item: tuple[int, Any], job: Callable, seed: tuple, workers: Any = None) -> tuple:
    """(what the job gives for a numbered item, None), or (None, its error).

    The job draws from a stream that follows from the number: it does not matter when it runs.
    """
    number, content = item
    try:
        if workers is not None:
            workers.begin()
        with Stream(*seed, number):
            return job(content), None
    except StopIteration as error:  # it would end the loop as if that were all
        said = RuntimeError(f"StopIteration was raised while batch {number} was made")
        said.__cause__ = error
        return None, said
    except Exception as error:  # noqa: BLE001 - whatever it is, it is raised in the loop
        return None, error


def result_of(outcome: tuple) -> Any:
    """The result of an attempt; its error is raised here."""
    result, error = outcome
    if error is None:
        return result
    try:
        raise error
    finally:
        del error, outcome  # the traceback holds this frame


class Ahead:
    """The results of attempts at `items`, which `start(items)` makes ahead, in threads.

    An error is raised and the threads end; if the loop goes on nevertheless, they begin again.
    """

    def __init__(self, start: Callable[[Iterable], Any], items: Iterable):
        self.start, self.taken = start, deque[Any]()
        self.items = kept(items, self.taken)
        self.outcomes: Any = None

    def __iter__(self) -> "Ahead":
        return self

    def __next__(self) -> Any:
        if self.outcomes is None:
            self.outcomes = self.start(chain(list(self.taken), self.items))
        outcome = next(self.outcomes)
        self.taken.popleft()
        if outcome[1] is not None:
            self.outcomes.close()
            self.outcomes = None
        return result_of(outcome)


def kept(items: Iterable, taken: deque) -> Iterator:
    """The items, each of which is put into `taken` on its way."""
    for item in items:
        taken.append(item)
        yield item


class WorkerInfo:
    """Which worker a thread is."""

    def __init__(self, number: int, num_workers: int, seed: int, dataset: Any):
        self.id, self.num_workers, self.seed, self.dataset = number, num_workers, seed, dataset


class _Here(threading.local):
    info: WorkerInfo | None = None


_here = _Here()


class Workers:
    """The threads of one epoch, each of which calls `init` with its number before it begins."""

    def __init__(self, num_workers: int, seed: tuple, dataset: Any, init: Callable | None):
        self.num_workers, self.seed, self.dataset, self.init = num_workers, seed, dataset, init
        self.numbers = count()

    def begin(self) -> None:
        """Make the thread that calls a worker, unless it is one."""
        if _here.info is not None:
            return
        number = next(self.numbers)
        _here.info = WorkerInfo(number, self.num_workers, self.seed[0] + number, self.dataset)
        if self.init is not None:
            with Stream(*self.seed, 0, number):
                self.init(number)


def get_worker_info() -> WorkerInfo | None:
    """Which worker this thread is: its id, num_workers, seed, dataset; None in the loop's thread.

    Source: https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.get_worker_info
    """
    return _here.info
