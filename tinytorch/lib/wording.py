# generated from tito/lib/wording.py by `tito build`: edit that file
"""`worded`: a function whose errors name what was asked, what came and what it takes."""

import dis
import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["worded"]

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
