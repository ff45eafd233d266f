# generated from tito/lib/wording.py by `tito build`: edit that file
"""Errors in words: `worded` functions, and what NumPy says of indices and shapes in our terms."""

import dis
import functools
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["in_our_terms", "worded"]

PACKAGE = str(Path(__file__).resolve().parents[1])
RAISE = dis.opmap["RAISE_VARARGS"]
RAW = (
    AttributeError,
    TypeError,
    ValueError,
    IndexError,
    KeyError,
    OverflowError,
    ZeroDivisionError,
)


# {what NumPy says, as a pattern: the same in the terms of tensors}
TERMS = {
    r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)": (
        r"index \1 is out of range for dim \2, of size \3"
    ),
    r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed": (
        r"too many indices: \2 for \1 dimensions"
    ),
    r"only integers, slices .* are valid indices": (
        "an index is a whole number, a slice, None, ..., a mask or a tensor of whole numbers"
    ),
    r"arrays used as indices must be of integer \(or boolean\) type": (
        "a tensor as an index holds whole numbers or booleans: use .long()"
    ),
    r"boolean index did not match indexed array along axis (\d+); size of axis is (\d+) but size "
    r"of corresponding boolean axis is (\d+)": r"a mask of size \3 for dim \1, of size \2",
    r"shape mismatch: indexing arrays could not be broadcast together with shapes (.*?) ?$": (
        r"the indices have the shapes \1, which do not broadcast"
    ),
    r"(?:could not broadcast input array from|shape mismatch: value array of) shape (\(.*?\)) "
    r".*shape (\(.*\))": r"values of shape \1 do not fit into the shape \2",
    r"NumPy boolean array indexing assignment cannot assign (\d+) input values to the (\d+) .*": (
        r"\1 values for a mask that is true in \2 places"
    ),
    r"operands could not be broadcast together with shapes (.*?) ?$": (
        r"the shapes \1 do not broadcast"
    ),
    r"all the input array dimensions except .* along dimension (\d+), the array at index (\d+) has "
    r"size (\d+) and the array at index (\d+) has size (\d+)": (
        r"along dim \1, input \2 has size \3 and input \4 has size \5"
    ),
    r"all the input arrays .* the array at index (\d+) has (\d+) dimension\(s\) and the array at "
    r"index (\d+) has (\d+) dimension\(s\)": (
        r"input \1 has \2 dimensions and input \3 has \4: make them equally many"
    ),
    r"all input arrays must": "all must",
}


def in_our_terms(error: Exception) -> str:
    """What an error says, with dims for NumPy's axes and tensors for its arrays."""
    text = str(error)
    for pattern, words in TERMS.items():
        text = re.sub(pattern, words, text)
    return text


def _is_own(error: BaseException) -> bool:
    """Whether a `raise` of this package raised it, and not Python or NumPy."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None:
        return False
    code = last.tb_frame.f_code
    return code.co_filename.startswith(PACKAGE) and code.co_code[last.tb_lasti] == RAISE


def _shown(x: Any) -> str:
    if hasattr(x, "array"):
        return f"a tensor of {x.array.dtype} and shape {x.array.shape}"
    text = repr(x) if isinstance(x, (int, float, str, bool, tuple, list, type(None))) else ""
    return text if 0 < len(text) < 60 else f"a value of type {type(x).__name__}"


def worded(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function: what Python or NumPy raises in it becomes a sentence of ours."""
    signature = inspect.signature(function)
    takes = ", ".join(str(p).split(":")[0].split(" =")[0] for p in signature.parameters.values())

    @functools.wraps(function)
    def method(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except RAW as error:
            if _is_own(error):
                raise
            got = [_shown(x) for x in args] + [f"{k}={_shown(x)}" for k, x in kwargs.items()]
            kind: type[Exception] = RuntimeError
            if isinstance(error, IndexError):
                kind = IndexError
            elif isinstance(error, (AttributeError, TypeError)):
                kind = TypeError
            words = f"{function.__name__}({takes}) cannot take {', '.join(got) or 'nothing'}"
            raise kind(f"{words}: look at help(torch.{function.__name__})") from error

    method.__signature__ = signature  # type: ignore[attr-defined]  # so that help() shows it
    return method
