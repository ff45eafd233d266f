# generated from tito/lib/loading.py by `tito build`: edit that file
"""What loaders do with items and jobs, in one thread or several: streams, errors, workers."""

import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any

from .random import Generator, Stream

__all__ = ["Workers", "attempt", "get_worker_info", "numbered", "opened"]

_END = object()


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


def opened(outcome: tuple) -> Any:
    """The result of an attempt; its error is raised here."""
    result, error = outcome
    if error is None:
        return result
    try:
        raise error
    finally:
        del error, outcome  # the traceback holds this frame


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
