"""Contexts such as `no_grad`, in every form in which PyTorch's are used."""

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["contextmanager", "decorated"]


def decorated(context: Callable[[], Any], function: Callable) -> Callable:
    """`function`, run inside a new `context()` at every call.

    A generator function runs inside it from `yield` to `yield`, and its caller outside of it.
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with context():
            return function(*args, **kwargs)

    @functools.wraps(function)
    def generate(*args: Any, **kwargs: Any) -> Iterator:
        generator = function(*args, **kwargs)
        step, value = generator.send, None
        while True:
            try:
                with context():
                    item = step(value)
            except StopIteration as stop:
                return stop.value
            try:
                step, value = generator.send, (yield item)
            except BaseException as error:  # noqa: BLE001 - handed on to where it is waited for
                step, value = generator.throw, error

    return generate if inspect.isgeneratorfunction(function) else call


class Context:
    """A context that may be entered again, also while it is open, and that decorates functions."""

    def __init__(self, make: Callable):
        self.make = make
        self.open: list[Any] = []

    def __enter__(self) -> Any:
        self.open.append(self.make())
        return self.open[-1].__enter__()

    def __exit__(self, *error: Any) -> bool | None:
        return self.open.pop().__exit__(*error)

    def __call__(self, function: Callable) -> Callable:
        return decorated(self.make, function)


def contextmanager(function: Callable[..., Iterator]) -> Callable[..., Any]:
    """Python's `contextlib.contextmanager`, for contexts that are used in more ways.

    For `with no_grad():`, as a decorator `@no_grad()` or `@no_grad`, on generator functions too,
    and one `no_grad()` for several blocks.
    Source: https://docs.python.org/3/library/contextlib.html#contextlib.contextmanager
    """
    make = contextlib.contextmanager(function)

    @functools.wraps(function)
    def context(*args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and inspect.isfunction(args[0]):
            return decorated(make, args[0])
        return Context(functools.partial(make, *args, **kwargs))

    return context
