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
import linecache
import re
import sys
import traceback
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
# How many checks have passed since someone set it to 0: a list, so that it can be counted in place.
passed = [0]
_NOTHING = object()  # where `got` is left out


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
        return "None (is a return missing, or was it never set?)"
    return f"{' '.join(repr(value).split())[:180]} of type {type(value).__name__}"


def _fail(
    what: str,
    expected: str,
    got: str,
    looks_like: str = "",
    hint: str = "",
    caught: Exception | None = None,
) -> NoReturn:
    text = format(f"wrong: {what}", expected, got, looks_like, hint)
    error: Any = AssertionError(text)
    # IPython shows this instead of a traceback, which would be forty lines of code that is not
    # the student's, with the message below them.
    shown = [f"AssertionError: {text}", *(_raised_in(caught) if caught else [])]
    error._render_traceback_ = lambda: shown
    raise error


def _raised_in(caught: Exception) -> list[str]:
    """Where an answer raised an error, as IPython names the place.

    Nothing if no cell raised it but that of the test, which may be hidden.
    """
    shell: Any = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    frames = list(traceback.walk_tb(caught.__traceback__))[1:]  # the first one is `raises`
    files = [(frame.f_code.co_filename, line) for frame, line in frames]
    for file, line in reversed([each for each in files if shell and each[0] != files[0][0]]):
        if cell := shell.compile.format_code_name(file):
            code = linecache.getline(file, line).strip()
            return ["raised in", f"  {' '.join(cell)}, line {line}: {code}"]
    return []


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
    passed[0] += 1


def equal(
    actual: object,
    expected: object,
    what: str,
    *,
    suspects: Mapping[str, object] | None = None,
    hint: str = "",
) -> None:
    """Pass if `actual` is `expected`, to the letter: shapes, counts, names, lists of such.

    Types count too, inside of lists as well: 4.0 is not 4, and True is not 1; NumPy's numbers are
    Python's. Only plain values are compared, and by this side's `==`, so that an answer cannot
    define what equal means. `suspects` and `hint` as in `close`; where the answer is right but for
    its type or order, the message says that in their place.
    Raises: AssertionError with the message described at the top of this page.
    """
    got, want = _plain(actual), _plain(expected)
    if want is _ODD:
        raise TypeError(f"a check expects plain values, not {_repr(expected)}")
    if _same_plain(got, want):
        passed[0] += 1
        return
    named = [text for text, value in (suspects or {}).items() if got == value]
    if not named and (difference := _difference(got, want)):
        named, hint = [difference], ""
    shown = _show(actual) if got is _ODD else repr(got)
    _fail(what, repr(want), shown, " or ".join(named), hint)


def _same_plain(got: Any, want: Any) -> bool:
    """Whether two plain values are equal and of equal types, all the way down."""
    if type(got) is not type(want):
        return False
    if type(got) in (list, tuple):
        return len(got) == len(want) and all(map(_same_plain, got, want))
    if type(got) is dict:
        return got.keys() == want.keys() and all(_same_plain(got[key], want[key]) for key in want)
    return got is want or bool(got == want)


def _difference(got: Any, want: Any) -> str:
    """What an answer is that is right but for a type or the order: "a list, not a tuple"."""
    if not {type(got), type(want)} <= {list, tuple}:
        return _other_type(got, want) if got == want else ""
    pairs = [pair for pair in zip(got, want, strict=False) if not _same_plain(*pair)]
    inside = [_difference(*pair) for pair in pairs]
    if len(got) == len(want) and all(inside):
        return _other_type(got, want) or inside[0]
    return "in reverse order" if _same_plain(got[::-1], want) else ""


def _other_type(got: object, want: object) -> str:
    kinds = [type(value).__name__ for value in (got, want)]
    named = [f"an {kind}" if kind[0] in "aeiou" else f"a {kind}" for kind in kinds]
    return ", not ".join(named) if kinds[0] != kinds[1] else ""


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
    condition: object, what: str, *, expected: str = "", got: object = _NOTHING, hint: str = ""
) -> None:
    """Pass if `condition` is exactly True (or NumPy's): for what is neither a number nor a list.

    expected: what should have come, in words. got: what came, in words or the value itself; where
    `expected` speaks of a value, False alone would say nothing of it and is left out.
    Raises: AssertionError with the message described at the top of this page.
    """
    if condition is True or (type(condition) is np.bool_ and bool(condition)):
        passed[0] += 1
        return
    if got is not _NOTHING:
        shown = got if isinstance(got, str) else _repr(got)
    else:
        shown = "" if expected and type(condition) in (bool, np.bool_) else _show(condition)
    _fail(what, expected or "true", shown, hint=hint)


@contextlib.contextmanager
def raises(
    error: type[Exception], mention: str | tuple[str, ...], what: str, *, hint: str = ""
) -> Iterator[None]:
    """Pass if the block raises `error` with a message in which the pattern `mention` is found.

    mention: a pattern, "" for any message, or a tuple of patterns that are all found, in any order.
    The message is asked for too because an unsolved exercise raises NotImplementedError, which
    is a RuntimeError.
    Raises: AssertionError with the message described at the top of this page.
    """
    mentions = mention if isinstance(mention, tuple) else (mention,)
    asked = " and ".join(repr(one) for one in mentions if one)
    expected = error.__name__ + (f" with a message that mentions {asked}" if asked else "")
    try:
        yield
    except NotImplementedError:
        raise
    except Exception as caught:  # noqa: BLE001 - whatever the answer raised is what is judged
        text = str(caught)
        if isinstance(caught, error) and all(re.search(one, text, re.S) for one in mentions):
            passed[0] += 1
            return
        _fail(what, expected, f"{type(caught).__name__}: {text[:200]}", hint=hint, caught=caught)
    else:
        _fail(what, expected, "no error at all", hint=hint)
