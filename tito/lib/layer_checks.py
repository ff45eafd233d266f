"""What a function or a layer may be called with: each check raises an error that names it, the
argument, what came and what to do. Limits of settings are checked by `settings`."""

import operator
from collections.abc import Iterable
from typing import Any

import numpy as np


def check_tensors(name: str, /, **tensors: Any) -> None:
    """Raises: TypeError naming the argument that is no tensor; a weight may be None."""
    for key, x in tensors.items():
        if (x is not None or "weight" not in key) and not isinstance(
            getattr(x, "array", None), np.ndarray
        ):
            raise TypeError(f"{name}: {key} is a Tensor, not {type(x).__name__}: use tensor(...)")


def check_floats(name: str, /, **tensors: Any) -> None:
    """Raises: RuntimeError naming the argument that holds integers or booleans."""
    for key, x in tensors.items():
        if x.array.dtype.kind != "f":
            raise RuntimeError(f"{name}: {key} holds {x.dtype}, not floats: use {key}.float()")


def check_float_tensors(name: str, /, **tensors: Any) -> None:
    """Raises: as `check_tensors` and `check_floats`."""
    check_tensors(name, **tensors)
    check_floats(name, **tensors)


def check_input(name: str, x: Any, kinds: str = "f") -> None:
    """What `check_tensors` and `check_floats` say of `input`, at a fraction of their time.

    kinds: of NumPy's dtypes, "f" for floats, "fiu" for all but booleans, "fiub" for any.
    """
    array = getattr(x, "array", None)
    if type(array) is not np.ndarray:
        raise TypeError(f"{name}: input is a Tensor, not {type(x).__name__}: use tensor(...)")
    if array.dtype.kind not in kinds:
        wanted = "floats" if kinds == "f" else "numbers"
        raise RuntimeError(f"{name}: input holds {array.dtype}, not {wanted}: use input.float()")


def check_dim(name: str, ndim: int, dim: Any) -> None:
    """Raises: TypeError for a `dim` that is no whole number, IndexError for one that is not there.

    A single number may be asked for dim 0 or -1, as if it had one dimension.
    """
    check_whole(name, dim=dim)
    index = operator.index(dim)
    size = max(ndim, 1)
    if not -size <= index < size:
        raise IndexError(
            f"{name}: dim {dim} is out of range: choose one from {-size} to {size - 1}"
        )


def check_whole(name: str, /, **numbers: Any) -> None:
    """Raises: TypeError naming the argument that is no whole number."""
    for key, value in numbers.items():
        is_array = isinstance(getattr(value, "array", value), np.ndarray)
        single = is_array and value.shape == () and np.asarray(value).dtype.kind in "iu"
        if not single and (isinstance(value, bool) or not isinstance(value, (int, np.integer))):
            raise TypeError(f"{name}: {key} is a whole number, not {value!r}")


def check_start(name: str, tensor: Any, kinds: str = "f", **numbers: Any) -> None:
    """What functions of `nn.init` ask: a tensor of numbers, floats for random ones, and numbers."""
    check_input(name, tensor, kinds)
    check_number(name, **numbers)


def check_number(name: str, /, **numbers: Any) -> None:
    """Raises: TypeError naming the argument that is no number of Python's or NumPy's."""
    for key, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
            raise TypeError(f"{name}: {key} is a number, not {value!r}")


def tensors_of(parameters: Any) -> list[Any]:
    """One tensor, or several in a list or a generator, as a list.

    Raises: TypeError for anything else.
    """
    if isinstance(getattr(parameters, "array", None), np.ndarray):
        return [parameters]
    found = list(parameters) if isinstance(parameters, Iterable) else [parameters]
    for x in found:
        if not isinstance(getattr(x, "array", None), np.ndarray):
            kind = type(x).__name__
            raise TypeError(f"parameters are tensors, not {kind}: give model.parameters()")
    return found


def check_size(name: str, /, least: int = 0, **sizes: Any) -> None:
    """Raises: TypeError naming the argument that is no whole number, RuntimeError for one below
    `least`."""
    check_whole(name, **sizes)
    for key, value in sizes.items():
        if value < least:
            raise RuntimeError(f"{name}: {key} is {value}, and must be at least {least}")


def check_text(name: str, /, **texts: Any) -> None:
    """Raises: TypeError naming the argument that is no string."""
    for key, value in texts.items():
        if not isinstance(value, str):
            raise TypeError(f"{name}: {key} is a string, not {value!r}")


def check_switch(name: str, /, **switches: Any) -> None:
    """Raises: TypeError naming the argument that is neither True nor False, nor 1 nor 0."""
    for key, value in switches.items():
        if not isinstance(value, (bool, int, np.bool_)):
            raise TypeError(f"{name}: {key} is True or False, not {value!r}")


def check_choice(name: str, key: str, value: Any, *choices: str) -> None:
    """Raises: ValueError that lists the `choices`, unless `value` is one of them."""
    if not isinstance(value, str) or value not in choices:
        words = f"{', '.join(map(repr, choices[:-1]))} or {choices[-1]!r}"
        raise ValueError(f"{name}: {key} is {value!r}: choose {words}")


def check_linear(input: Any, weight: Any, bias: Any) -> None:
    """Raises: TypeError for what is no tensor, RuntimeError for shapes that do not fit."""
    for key, x in (("input", input), ("weight", weight), ("bias", bias)):
        if type(getattr(x, "array", None)) is not np.ndarray and (x is not None or key != "bias"):
            raise TypeError(f"linear: {key} is a Tensor, not {type(x).__name__}: use tensor(...)")
    shape, ndim = input.array.shape, weight.array.ndim
    if not shape or not ndim or ndim > 2:
        raise RuntimeError(
            f"linear got an input of shape {shape} and a weight of shape {weight.array.shape}: "
            "an input has at least one dimension, (..., in), and a weight is (out, in) or (in,)"
        )
    out = weight.array.shape[:-1]
    if bias is not None and (not out or bias.array.shape not in (out, (1,), ())):
        wanted = f"has the shape {out}" if out else "needs a weight of 2 dimensions"
        raise RuntimeError(f"linear: a bias {wanted}, not {bias.array.shape}")


def check_dropout(input: Any, p: float, training: bool) -> None:
    """Raises: TypeError, ValueError for a `p` that is no probability; RuntimeError for integers
    of which any would be dropped."""
    check_number("dropout", p=p)
    check_switch("dropout", training=training)
    if not 0 <= p <= 1:
        raise ValueError(f"dropout takes a p between 0 and 1, not {p}")
    check_input("dropout", input, "f" if training and p else "fiub")
