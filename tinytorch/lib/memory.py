# generated from tito/lib/memory.py by `tito build`: edit that file
"""Memory: how the system lends it, and how often a tensor's was overwritten."""

import tracemalloc
from collections.abc import Callable, Iterator
from sys import getrefcount
from typing import Any

import numpy as np

__all__ = ["ALONE", "Version", "keep_large_blocks", "peak_bytes", "taken", "writable"]

# What `getrefcount(x)` gives in a function whose argument `x` nobody else holds.
ALONE = (lambda x: getrefcount(x))(np.empty(0))


class Version:
    """How often a memory was overwritten, and when last. All views of one memory share one.

    serial: on the clock that counts operations, so that it tells what came before and after.
    """

    __slots__ = ("count", "serial")

    def __init__(self) -> None:
        self.count = self.serial = 0


def keep_large_blocks() -> None:
    """Let Linux keep the memory of large arrays for the next ones.

    It takes a large block back as soon as it is freed and hands out new memory page by page, which
    takes longer than much of the arithmetic. It keeps blocks as large as it has seen freed (man
    mallopt, M_MMAP_THRESHOLD), up to 32 MB: so one is freed here, before it is ever used.
    """
    np.empty(31 << 20, np.uint8)


def taken(items: list[Any]) -> Iterator[Any]:
    """The items of a list, in order; the list is emptied on the way.

    A loop over the results of a graph would keep all of them alive until its end, activations
    and all; so they go as the backward pass goes.
    """
    items.reverse()
    while items:
        yield items.pop()


def writable(x: Any) -> np.ndarray:
    """The array of the tensor `x`, to be written to.

    Raises: RuntimeError if it may not be.
    """
    if not x.array.flags.writeable:
        raise RuntimeError("this tensor is read-only, as expand makes them: use its .clone()")
    return x.array


def peak_bytes(call: Callable[..., Any], *args: Any) -> int:
    """The most bytes that were in use at one time during the call, above those before it."""
    tracemalloc.start()
    call(*args)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
