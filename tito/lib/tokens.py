"""What tokenizers need and nobody teaches: checks, files that may be hostile, cuts, a cache."""

import codecs
import heapq
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from .layer_checks import check_size

__all__ = [
    "Cache",
    "Tokenizer",
    "bytes_of",
    "check_vocab_size",
    "checked_merges",
    "checked_special",
    "ids_of",
    "pieces",
    "text_of",
]

Pair = tuple[int, int]
Split = Callable[[str, Collection[str]], list[str]]
LONG = 100  # bytes of a word from which on it is encoded in n log n steps, and not remembered
REMEMBERED = 1 << 17  # words whose ids are kept; then the cache begins anew
LARGEST = 1 << 27  # bytes of all tokens together: a file of 40 merges could ask for 2**40


def text_of(name: str, text: Any, binary: bool = True) -> str:
    """`text` as it is, or bytes as text in which what is no UTF-8 stays itself (surrogateescape).

    Raises: TypeError for what is neither; ValueError for text that no UTF-8 can hold.
    """
    if binary and isinstance(text, bytes | bytearray):
        return text.decode("utf-8", "surrogateescape")
    if not isinstance(text, str):
        wanted = "text (str) or bytes" if binary else "text (str)"
        raise TypeError(f"{name} takes {wanted}, not {type(text).__name__}")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(
            f"{name}: {text[error.start]!r} at position {error.start} is half of a character (a "
            "surrogate), which has no bytes: take it out, or give the bytes themselves"
        ) from None
    return text


def bytes_of(text: str) -> bytes:
    """The bytes of a text from `text_of`."""
    return text.encode("utf-8", "surrogateescape")


def ids_of(name: str, ids: Any) -> list[int]:
    """A list, array or tensor of ids as a list of Python integers.

    Raises: TypeError for other values, ValueError for more than one dimension.
    """
    found = getattr(ids, "array", ids)
    if not isinstance(found, list | tuple | range | np.ndarray):
        kind = type(ids).__name__
        raise TypeError(f"{name} takes a list, array or tensor of ids, not {kind}")
    try:
        array = np.asarray(found)
    except ValueError:
        raise TypeError(f"{name} takes ids in a single row, not rows of unequal length") from None
    if array.ndim != 1:
        raise ValueError(f"{name} takes ids in one dimension, not of shape {array.shape}")
    if array.size and array.dtype.kind not in "iu":
        odd = next((i for i in found if not isinstance(i, int | np.integer)), found[0])
        kind = str(array.dtype) if isinstance(found, np.ndarray) else type(odd).__name__
        raise TypeError(f"{name} takes whole numbers for ids, not {odd!r} of type {kind}")
    return array.astype(np.int64).tolist() if array.size else []


def check_vocab_size(vocab_size: Any, special: Sequence[str]) -> int:
    """How many merges a vocabulary of `vocab_size` ids has room for.

    Raises: TypeError for what is no whole number, ValueError where bytes and specials do not fit.
    """
    if isinstance(vocab_size, bool) or not isinstance(vocab_size, int | np.integer):
        raise TypeError(f"vocab_size must be a whole number, not {type(vocab_size).__name__}")
    least = 256 + len(special)
    if vocab_size < least:
        raise ValueError(
            f"vocab_size must be at least {least}, the 256 bytes and {len(special)} special "
            f"tokens, not {vocab_size}"
        )
    return int(vocab_size) - least


def checked_merges(merges: Any) -> tuple[Pair, ...]:
    """Merges as a tuple of pairs, each of ids that are there before it.

    Raises: TypeError, ValueError that name the first merge that is wrong.
    """
    if not isinstance(merges, list | tuple):
        raise TypeError(f"merges must be a list of pairs of ids, not {type(merges).__name__}")
    found: dict[Pair, int] = {}
    lengths, total = [1] * 256, 256
    for number, pair in enumerate(merges):
        what, count = f"merge {number} is {str(pair)[:60]}", len(lengths)
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise ValueError(f"{what}: it must be a pair of ids")
        if any(isinstance(i, bool) or not isinstance(i, int | np.integer) for i in pair):
            raise ValueError(f"{what}: ids are whole numbers")
        if not all(0 <= i < count for i in pair):
            raise ValueError(f"{what}: it may join ids from 0 to {count - 1}")
        first, second = map(int, pair)
        if (first, second) in found:
            raise ValueError(f"{what}, which is merge {found[first, second]} already")
        found[first, second] = number
        lengths.append(lengths[first] + lengths[second])
        total += lengths[-1]
        if total > LARGEST:
            raise ValueError(f"{what}: with it, the tokens would take more than {LARGEST} bytes")
    return tuple(found)


def checked_special(special: Any) -> tuple[str, ...]:
    """The texts of special tokens. Raises: TypeError, ValueError that name what is wrong."""
    if not isinstance(special, list | tuple):
        kind = type(special).__name__
        raise TypeError(f"special tokens come as a list of texts, such as ['<end>'], not {kind}")
    found: dict[str, None] = {}
    for token in special:
        if not text_of("a special token", token, binary=False):
            raise ValueError("a special token must not be empty: every place of a text holds ''")
        if token in found:
            raise ValueError(f"the special token {token!r} is there twice")
        found[token] = None
    return tuple(found)


class Tokenizer:
    """What every tokenizer has: its size, and a file that holds nothing but data (JSON).

    A class says in `_parts` of which types the parts of its file are, and makes itself of them.
    """

    vocabulary: Sequence[Any]
    _parts: tuple[tuple[str, type], ...] = ()

    @property
    def vocab_size(self) -> int:
        """How many ids there are: 0 to vocab_size - 1."""
        return len(self.vocabulary)

    def __len__(self) -> int:
        return len(self.vocabulary)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(vocab_size={self.vocab_size})"

    def _state(self) -> dict[str, Any]:
        raise NotImplementedError

    def save(self, path: Any) -> None:
        """Write a JSON file, from which `load` makes the same tokenizer."""
        state = {"tokenizer": type(self).__name__, "version": 1, **self._state()}
        Path(path).write_text(json.dumps(state), encoding="utf-8")

    @classmethod
    def load(cls, path: Any) -> "Tokenizer":
        """The tokenizer that `save` wrote. No code of the file runs.

        Raises: ValueError that says what is wrong with the file; OSError if it cannot be read.
        """
        try:
            state = json.loads(Path(path).read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:  # bytes, JSON or numbers that are none
            raise ValueError(f"{path} is not a JSON file: {error}") from None
        name = cls.__name__
        if not isinstance(state, dict) or state.get("tokenizer") != name:
            raise ValueError(f"{path} is not a file that {name}.save wrote")
        if state.get("version") != 1 or isinstance(state["version"], bool):
            raise ValueError(f"{path} is of version {state.get('version')!r}, and only 1 is known")
        for part, kind in cls._parts:
            if not isinstance(state.get(part), kind):
                raise ValueError(f"{path} has no {kind.__name__} called {part!r}")
        parts = {part: state[part] for part, _ in cls._parts}
        try:
            made = cls(*parts.values())
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path}: {error}") from None
        if json.dumps(made._state()) != json.dumps(parts):
            raise ValueError(f"{path}: what it lists is not in order, each once, as saved")
        return made


class Cache(dict[str, list[int]]):
    """{word: its ids}, made by `encode(bytes of the word, ranks)` when first asked for."""

    def __init__(self, encode: Callable[..., list[int]], ranks: dict[Pair, int]):
        self.encode, self.ranks = encode, ranks

    def __missing__(self, word: str) -> list[int]:
        data = bytes_of(word)
        if len(data) > LONG:
            return encode_long(data, self.ranks)
        if len(self) >= REMEMBERED:
            self.clear()
        found = self[word] = self.encode(data, self.ranks)
        return found


def encode_long(word: bytes, ranks: dict[Pair, int]) -> list[int]:
    """As `encode_word`, lowest rank first, in n log n steps: a heap, and a list with links."""
    ids, count = list(word), len(word)
    left, right = list(range(-1, count - 1)), list(range(1, count + 1))
    heap = [(ranks[p], i) for i, p in enumerate(pairwise(ids)) if p in ranks]
    heapq.heapify(heap)

    def offer(i: int, j: int) -> None:
        if i >= 0 and j < count and (ids[i], ids[j]) in ranks:
            heapq.heappush(heap, (ranks[ids[i], ids[j]], i))

    while heap:
        new, i = heapq.heappop(heap)
        j = right[i]
        if j >= count or ranks.get((ids[i], ids[j])) != new:
            continue  # one of the two is part of another token by now
        ids[i], ids[j], right[i] = new, -1, right[j]
        if right[i] < count:
            left[right[i]] = i
        offer(left[i], i)
        offer(i, right[i])
    return [i for i in ids if i >= 0]


def pieces(file: Any, special: Collection[str], split: Split, size: int) -> Iterator[str]:
    """The text of a file in pieces that end where a token ends in any case.

    file: open, binary or text. split(text, special): the text cut at special tokens. size: how much
    is read at a time; more where a piece is longer.
    """
    check_size("stream", least=1, size=size)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    rest = ""
    while data := file.read(max(size, len(rest))):
        rest += text_of("stream", data) if isinstance(data, str) else decoder.decode(data)
        end = sure_end(rest, special, split)
        yield rest[:end]
        rest = rest[end:]
    yield rest + decoder.decode(b"", True)


def sure_end(text: str, special: Collection[str], split: Split) -> int:
    """Up to where the tokens of `text` are the same, whatever text follows it.

    That is before white space behind something else, where a pre-token begins in any case. A
    special token that may begin before it is there in full, and is not cut.
    """
    last = len(text) - max(map(len, special), default=1)
    while last > 0 and not (text[last].isspace() and not text[last - 1].isspace()):
        last -= 1
    start = 0
    for piece in split(text, special):
        if start < last < start + len(piece) and piece in special:
            return start + len(piece)
        start += len(piece)
    return max(last, 0)
