"""Sources of random numbers, and streams for work that other threads may do at any time."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = [
    "Generator",
    "Stream",
    "default_generator",
    "drawn",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "set_rng_state",
    "source",
]

_LARGEST = 2**64


class _Here(threading.local):
    """The stream that this thread draws from, if it is in one."""

    stream: "Stream | None" = None


_here = _Here()


class Generator:
    """A source of random numbers with its own state.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.Generator.html
    """

    def __init__(self, seed: Any = 0, device: Any = "cpu"):
        if not isinstance(seed, (int, float, np.number)):  # PyTorch's first argument is the device
            seed, device = 0, seed
        if str(device) != "cpu":
            raise RuntimeError(f"Generator got device {device!r}: there is only the CPU, 'cpu'")
        self._start(seed)
        if _here.stream is not None:
            self.manual_seed(self._seed)

    @property
    def rng(self) -> np.random.Generator:
        """NumPy's generator that numbers come from: in a stream, that of the stream."""
        stream = _here.stream
        return self._rng if stream is None else stream.rng_of(self)

    def _start(self, seed: Any) -> None:
        self._seed, self._streams = _checked(seed), 0
        self._rng = np.random.default_rng(self._seed)

    def manual_seed(self, seed: int) -> "Generator":
        """Start again from a seed; returns the generator."""
        if _here.stream is None:
            self._start(seed)
        else:
            _here.stream.rngs[self] = np.random.default_rng(_checked(seed))
        return self

    def initial_seed(self) -> int:
        """The seed that it started from."""
        return self._seed

    def stream_seed(self) -> tuple[int, ...]:
        """A seed for streams, another one each time; the numbers to come stay the same."""
        if _here.stream is not None:
            return (int(self.rng.integers(_LARGEST // 2)),)
        self._streams += 1
        return self._seed, self._streams

    def get_state(self) -> dict:
        """Where the generator is, in plain numbers and words that JSON can hold."""
        more = {"initial_seed": self._seed, "streams": self._streams}
        return {**self.rng.bit_generator.state, **more}

    def set_state(self, state: dict) -> None:
        """Go back to where `get_state` was called: the same numbers come again."""
        try:
            self.rng.bit_generator.state = state
        except (KeyError, TypeError, ValueError):
            what = "is not a state: give it what get_state() returned"
            raise TypeError(f"set_state got {type(state).__name__}, which {what}") from None
        if _here.stream is None:
            self._seed = state.get("initial_seed", self._seed)
            self._streams = state.get("streams", self._streams)


class Stream:
    """Random numbers of their own for a piece of work, whichever thread does it, and when.

    In `with stream:` the numbers of every generator follow from `seed` and the generator's own
    seed; the generator itself stays where it is. `only`: this generator, and no other.
    """

    def __init__(self, *seed: int, only: Generator | None = None):
        self.seed, self.only = seed, only
        self.rngs: dict[Generator, np.random.Generator] = {}

    def rng_of(self, generator: Generator) -> np.random.Generator:
        """What stands for `generator` in the stream."""
        if self.only is not None and generator is not self.only:
            return generator._rng
        if generator not in self.rngs:
            self.rngs[generator] = _rng(*self.seed, generator.initial_seed())
        return self.rngs[generator]

    def __enter__(self) -> "Stream":
        self._before, _here.stream = _here.stream, self
        return self

    def __exit__(self, *error: object) -> None:
        _here.stream = self._before


def _rng(*numbers: int) -> np.random.Generator:
    """NumPy's generator that follows from numbers from 0 to 2**64 - 1, in two words each.

    Otherwise NumPy takes [1] and [1, 0], or [2**32 + 1] and [1, 1], for the same seed.
    """
    words = [word for number in numbers for word in (number % 2**32, number >> 32)]
    return np.random.default_rng(words)


def _checked(seed: Any) -> int:
    """The seed as a number from 0 to 2**64 - 1; negative ones count from the end, as in PyTorch."""
    if not isinstance(seed, (int, float, np.number)) or seed != seed or abs(seed) == float("inf"):
        raise TypeError(f"a seed is a whole number, not {seed!r}")
    if not -_LARGEST // 2 <= seed < _LARGEST:
        raise ValueError(f"a seed is at least -2**63 and less than 2**64, not {seed!r}")
    return int(seed) % _LARGEST


default_generator = Generator()


def source(generator: Any) -> Generator:
    """`generator`, or the default one for None.

    Raises: TypeError for anything else.
    """
    if generator is None:
        return default_generator
    if not isinstance(generator, Generator):
        kind = type(generator).__name__
        raise TypeError(f"generator is a Generator or None, not {kind}: make one by Generator(0)")
    return generator


def drawn(draw: Callable[..., Any], shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """What `draw(shape, dtype)` gives, a method of NumPy's generator.

    Raises: RuntimeError for another dtype than a float.
    """
    if np.dtype(dtype).kind != "f":
        raise RuntimeError(f"{draw.__name__} draws floats, not {dtype}: use randint")
    return np.asarray(draw(shape, np.dtype(dtype)))


def manual_seed(seed: int) -> Generator:
    """Start the default generator again from a seed, so that a run can be repeated.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.manual_seed.html
    """
    return default_generator.manual_seed(seed)


def initial_seed() -> int:
    """The seed that the default generator started from; in a stream, one that stands for it.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.initial_seed.html
    """
    if _here.stream is None:
        return default_generator.initial_seed()
    return int(_rng(*_here.stream.seed).integers(_LARGEST // 2))


def get_rng_state() -> dict:
    """Where the default generator is.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.get_rng_state.html
    """
    return default_generator.get_state()


def set_rng_state(new_state: dict) -> None:
    """Put the default generator back to where `get_rng_state` was called.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.set_rng_state.html
    """
    default_generator.set_state(new_state)
