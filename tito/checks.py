"""What a graded cell says when an answer is wrong. Every notebook checks through this page.

A message has one form, which `format` writes and `parse` reads; parts that are empty are left out:

    wrong: <what was checked>
      expected: ...
      got:      ...
      it looks like: ...   (the misconception, only where the answer equals what it gives)
      try: ...

Needs only NumPy, so that a graded cell runs wherever the notebook does. Nothing here trusts the
answer: it may be None, of another shape or type, or an object that says it equals everything.
"""

import contextlib
import re
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

__all__ = ["close", "equal", "raises", "true"]  # what a notebook imports

# The parts of a message below its first line, in order, and what stands before each.
LABELS = (
    ("expected", "expected:"),
    ("got", "got:     "),
    ("looks_like", "it looks like:"),
    ("hint", "try:"),
)
# What an exercise raises as it comes, in a NotImplementedError.
UNSOLVED = "this exercise is not solved yet"


def format(
    what: str, expected: str = "", got: str = "", looks_like: str = "", hint: str = ""
) -> str:
    """A message: `what` on the first line, below it the other parts."""
    parts = zip(LABELS, (expected, got, looks_like, hint), strict=True)
    return "\n".join([what, *(f"  {label} {part}" for (_, label), part in parts if part)])


def parse(message: str) -> dict[str, str]:
    """The parts of a message, and "what". A text of another form is all "what"."""
    parts, part = {"what": ""}, "what"
    for line in message.splitlines():
        text = line.strip()
        for name, label in LABELS:
            if text.startswith(label.strip()) and name not in parts:
                part, text = name, text.removeprefix(label.strip())
                break
        parts[part] = f"{parts.get(part, '')} {text}".strip()
    return parts


def _array(value: Any) -> np.ndarray | None:
    """`value` (a number, list, array or Tensor) as a numeric array; None if it is not one."""
    data = getattr(value, "array", value)
    if not isinstance(data, (np.ndarray, np.generic)):
        data = value
    if isinstance(data, (list, tuple)):
        data = [getattr(item, "array", item) if _is_tensor(item) else item for item in data]
    elif not isinstance(data, (np.ndarray, np.generic, bool, int, float)):
        return None
    try:
        array = np.array(data)
    except ValueError:  # a ragged list
        return None
    return array if array.dtype.kind in "biuf" else None


def _is_tensor(value: object) -> bool:
    return isinstance(getattr(value, "array", None), np.ndarray)


def _show(value: object, dtype: bool = True) -> str:
    """A value on one short line: numbers with their shape, the rest as repr, never megabytes."""
    array = _array(value)
    if array is None:
        text = value if isinstance(value, str) and value else _repr(value)
        return text if len(text) <= 200 else text[:197] + "..."
    shape = f"   shape {array.shape}" + (f", {array.dtype}" if dtype else "")
    with np.printoptions(precision=5, threshold=12, edgeitems=3, suppress=False):
        text = " ".join(np.array2string(array, separator=", ").split())
    return (text if len(text) <= 160 else text[:157] + "...") + (shape if array.ndim else "")


def _repr(value: object) -> str:
    if value is None:
        return "None (is a return missing?)"
    return f"{repr(value)[:180]} of type {type(value).__name__}"


def _fail(what: str, expected: str, got: str, looks_like: str = "", hint: str = "") -> NoReturn:
    text = format(f"wrong: {what}", expected, got, looks_like, hint)
    error: Any = AssertionError(text)
    if sys.exception() is None:  # else the traceback tells where the answer raised what it did
        # IPython shows this in its place: otherwise the message stands below all of this code.
        error._render_traceback_ = lambda: [f"AssertionError: {text}"]
    raise error


def _same(a: np.ndarray, b: np.ndarray, rtol: float, atol: float) -> bool:
    if a.shape != b.shape:
        return False
    if a.dtype.kind != "f" and b.dtype.kind != "f":
        return bool((a == b).all())
    return bool(np.isclose(a.astype(float), b.astype(float), rtol, atol, equal_nan=True).all())


def close(
    actual: object,
    expected: object,
    what: str,
    *,
    suspects: Mapping[str, object] | None = None,
    hint: str = "",
    rtol: float = 1e-5,
    atol: float = 1e-7,
    dtype: "DTypeLike | None" = None,
) -> None:
    """Pass if `actual` has the shape and, within tolerance, the values of `expected`.

    what: what is checked, in a few words: "the gradient of x".
    suspects: {a misconception in words: the value it gives}. Those whose value the answer equals
        are named in the message.
    hint: what to try. dtype: asked for as well, if given.
    Raises: AssertionError with the message described at the top of this page.
    """
    want, got = _array(expected), _array(actual)
    if want is None:
        raise TypeError(f"a check expects numbers, not {_repr(expected)}")
    if got is None:
        _fail(what, _show(expected), _show(actual), hint=hint)
    if not _same(got, want, rtol, atol):
        wrong = {text: _array(value) for text, value in (suspects or {}).items()}
        named = [
            text
            for text, value in wrong.items()
            if value is not None and _same(got, value, rtol, atol)
        ]
        # Which float it is says nothing where it is not asked for.
        telling = dtype is not None or got.dtype.kind != "f"
        _fail(what, _show(want, telling), _show(got, telling), " or ".join(named), hint)
    if dtype is not None and got.dtype != np.dtype(dtype):
        _fail(f"{what}: its dtype", str(np.dtype(dtype)), str(got.dtype), hint=hint)


def equal(
    actual: object,
    expected: object,
    what: str,
    *,
    suspects: Mapping[str, object] | None = None,
    hint: str = "",
) -> None:
    """Pass if `actual` is `expected`, to the letter: shapes, counts, names, lists of such.

    Only plain values are compared, and by this side's `==`, so that an answer cannot define what
    equal means. `suspects` and `hint` as in `close`.
    Raises: AssertionError with the message described at the top of this page.
    """
    got = _plain(actual)
    if type(got) is type(expected) and got == expected:
        return
    named = [text for text, value in (suspects or {}).items() if got == value]
    shown = _show(actual) if got is _ODD else repr(got)
    _fail(what, repr(expected), shown, " or ".join(named), hint)


_ODD = object()


def _plain(value: Any) -> Any:
    """The value with NumPy's numbers made Python's; `_ODD` if it is more than plain values."""
    if isinstance(value, np.generic):
        value = value.item()
    if type(value) in (list, tuple):
        items = [_plain(item) for item in value]
        return _ODD if any(item is _ODD for item in items) else type(value)(items)
    if type(value) is dict:
        known = {key: _plain(item) for key, item in value.items()}
        return _ODD if any(item is _ODD for item in known.values()) else known
    plain = value is None or type(value) in (bool, int, float, str, bytes)
    return value if plain else _ODD


def true(
    condition: object, what: str, *, expected: str = "", got: str = "", hint: str = ""
) -> None:
    """Pass if `condition` is exactly True (or NumPy's): for what is neither a number nor a list."""
    if not (condition is True or (type(condition) is np.bool_ and bool(condition))):
        _fail(what, expected or "true", got or _show(condition), hint=hint)


@contextlib.contextmanager
def raises(
    error: type[Exception], mention: str | tuple[str, ...], what: str, *, hint: str = ""
) -> Iterator[None]:
    """Pass if the block raises `error` with a message in which the pattern `mention` is found.

    mention: a pattern, or a tuple of patterns that are all found, in any order.
    The message is asked for too because an unsolved exercise raises NotImplementedError, which
    is a RuntimeError.
    Raises: AssertionError with the message described at the top of this page.
    """
    mentions = mention if isinstance(mention, tuple) else (mention,)
    expected = f"{error.__name__} with a message that mentions {' and '.join(map(repr, mentions))}"
    try:
        yield
    except NotImplementedError:
        raise
    except Exception as caught:  # noqa: BLE001 - whatever the answer raised is what is judged
        text = str(caught)
        if isinstance(caught, error) and all(re.search(one, text, re.S) for one in mentions):
            return
        _fail(what, expected, f"{type(caught).__name__}: {text[:200]}", hint=hint)
    else:
        _fail(what, expected, "no error at all", hint=hint)
