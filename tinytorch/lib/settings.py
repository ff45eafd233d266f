# generated from tito/lib/settings.py by `tito build`: edit that file
"""Settings within limits, and the states that hold them: checks that say what was asked for and
what came. The types of arguments are checked by `layer_checks`."""

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

__all__ = [
    "as_array",
    "as_number",
    "as_path",
    "check_dict",
    "check_kind",
    "check_number",
    "check_sequence",
]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def as_number(name: str, value: Any, must: str = "it must be a number") -> float:
    """The value as a float, of a tensor of one value too. Raises: TypeError if it is no number."""
    if not isinstance(value, str | bytes):
        try:
            return float(value)
        except (TypeError, ValueError, RuntimeError, OverflowError):
            pass
    raise TypeError(f"{name}={_shown(value)}: {must}, not of type {type(value).__name__}")


def as_array(name: str, value: Any, dtype: Any = np.float64) -> np.ndarray:
    """The value, a number or a list of them, as an array. Raises: TypeError if it is neither."""
    array = np.asarray(getattr(value, "array", value)) if value is not None else np.empty(0, "O")
    if array.dtype.kind not in "biuf":
        must = "it must be a number or a list of them"
        raise TypeError(f"{name}={_shown(value)}: {must}, not of type {type(value).__name__}")
    return array.astype(dtype, copy=False)


def as_path(name: str, value: Any, what: str = "a path") -> Path:
    """The value as a path. Raises: TypeError that says `what` it must be, if it is none."""
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"{name} is {what}, not of type {type(value).__name__}")
    return Path(value)


def check_number(
    name: str,
    value: Any,
    at_least: float | None = None,
    at_most: float | None = None,
    *,
    above: float | None = None,
    below: float | None = None,
    whole: bool = False,
) -> None:
    """Whether `value` is a number within the limits that are given; NaN is within none.

    Raises: TypeError if it is no number, ValueError if it is beyond a limit, or, where it should
    be, not `whole`. Both name the argument, what it must be and what came.
    """
    limits = (
        ("at least", at_least, lambda x, limit: x >= limit),
        ("at most", at_most, lambda x, limit: x <= limit),
        ("above", above, lambda x, limit: x > limit),
        ("below", below, lambda x, limit: x < limit),
    )
    given = [(word, limit, holds) for word, limit, holds in limits if limit is not None]
    wanted = " and ".join(f"{word} {limit:g}" for word, limit, _ in given)
    of = " of" if wanted.startswith("at") else ""
    must = f"it must be a {'whole ' * whole}number{of} {wanted}".rstrip()
    number = as_number(name, value, must)
    fine = not math.isnan(number) and all(holds(number, limit) for _, limit, holds in given)
    if not fine or (whole and not isinstance(value, int | np.integer)):
        raise ValueError(f"{name}={_shown(value)}: {must}")


def check_sequence(name: str, value: Any, count: int | None = None, of: str = "numbers") -> None:
    """Whether `value` is a list or a tuple, of `count` items where that is given.

    Raises: TypeError if it is neither, ValueError if it is of another length.
    """
    must = f"it must be a list of {'' if count is None else f'{count} '}{of}"
    if isinstance(value, str | bytes) or not isinstance(value, Sequence | np.ndarray):
        raise TypeError(f"{name}={_shown(value)}: {must}, not of type {type(value).__name__}")
    if count is not None and len(value) != count:
        raise ValueError(f"{name}={_shown(value)}: {must}, not of {len(value)}")


def check_dict(what: str, value: Any, *keys: str) -> None:
    """Whether `value` is a dict that has the `keys`.

    Raises: TypeError if it is none, KeyError if a key is missing.
    """
    if not isinstance(value, dict):
        raise TypeError(f"{what} is a dict, not of type {type(value).__name__}")
    for key in keys:
        if key not in value:
            raise KeyError(f"{what} needs {key!r}: it has {_shown(sorted(map(str, value)))}")


def check_kind(name: str, value: Any, what: str, *attributes: str) -> None:
    """Raises: TypeError that says `what` it must be, unless `value` has all the `attributes`."""
    if not all(hasattr(value, attribute) for attribute in attributes):
        raise TypeError(f"{name} is {what}, not of type {type(value).__name__}")
