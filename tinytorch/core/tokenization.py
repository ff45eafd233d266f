# generated from modules/10_tokenization/tokenization.py by `tito build`: edit that file

# %% auto #0
__all__ = ['PATTERN', 'CharTokenizer', 'merge', 'pre_tokens', 'count_pairs', 'merges_by_recounting', 'token_bytes', 'join',
           'PairIndex', 'merges_by_index', 'encode_word', 'decode', 'split_special', 'word_counts', 'BPETokenizer']

# %% #e409952dbf26
import heapq
import math
import re
from collections import Counter
from itertools import chain, pairwise
from pathlib import Path

from tinytorch.lib.tokens import (
    Cache,
    Tokenizer,
    bytes_of,
    check_vocab_size,
    checked_merges,
    checked_special,
    ids_of,
    pieces,
    text_of,
)

# %% #char-encode
class CharTokenizer(Tokenizer):
    """An id for each distinct character of `text`, in the order of their code points.

    `vocabulary` lists the characters, `ids` is {character: id}.
    Shapes: a text of n characters <-> a list of n ids.
    Source: Karpathy (2015), char-rnn, https://github.com/karpathy/char-rnn
    """

    _parts = (("characters", str),)

    def __init__(self, text: str):
        self.vocabulary = sorted(set(text_of("CharTokenizer", text, binary=False)))
        self.ids = {character: i for i, character in enumerate(self.vocabulary)}

    def encode(self, text: str) -> list:
        """The id of each character of `text`.

        Raises: ValueError that names the first character without an id as repr shows it, so that
        one sees it even if it is a line break, and its position in the text, from 0 on.
        """
        text_of("encode", text, binary=False)
        for position, character in enumerate(text):
            if character not in self.ids:
                raise ValueError(
                    f"{character!r} at position {position} has no id: it was not in the text that "
                    "this CharTokenizer was made from"
                )
        return [self.ids[character] for character in text]

    def decode(self, ids) -> str:
        """The text of ids (a list, array or tensor). Raises: ValueError for an id there is not."""
        ids = ids_of("decode", ids)
        for i in ids:
            if not 0 <= i < len(self.vocabulary):
                raise ValueError(f"id {i} is not one of the {len(self.vocabulary)} ids from 0 on")
        return "".join(self.vocabulary[i] for i in ids)

    def _state(self) -> dict:
        return {"characters": "".join(self.vocabulary)}

# %% #merge
def merge(ids: list, pair: tuple, new: int) -> list:
    """`ids` with `new` in place of each `pair` of neighbors, from left to right, as a new list.

    An id is part of one pair at most: what was joined is not joined again.
    Source: Gage (1994), A New Algorithm for Data Compression, The C Users Journal 12(2).
    """
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(new)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged

# %% #ead65cfb57ce
PATTERN = re.compile(
    r"'(?:[sdmt]|ll|ve|re)"  # 's, 'll, ...
    r"| ?[^\W\d_]+"  # letters: what \w has, without digits and the underscore
    r"| ?\d+"
    r"| ?(?:[^\s\w]|_)+"  # everything else that is not white space
    r"|\s+(?!\S)|\s+"  # white space, all but the last one if something follows
)


def pre_tokens(text: str) -> list[str]:
    """`text` cut into words, numbers, punctuation and white space; joined, they are `text`.

    A word has the space before it: "Is it?" -> ["Is", " it", "?"]. Bytes are read as UTF-8.
    Source: Radford et al. (2019), GPT-2; its pattern, written for Python's own `re`, for which
    numbers beyond decimal digits, such as those of fractions, are letters.
    """
    return PATTERN.findall(text_of("pre_tokens", text))

# %% #abf12359a553
def count_pairs(rows) -> dict:
    """{pair: how often it occurs} in `rows`, pairs of (ids, how often this row of ids occurs)."""
    counts = {}
    for ids, times in rows:
        for pair in pairwise(ids):
            counts[pair] = counts.get(pair, 0) + times
    return counts

# %% #recount
def merges_by_recounting(words: dict, count: int) -> list:
    """The first `count` merges learned from `words`, {bytes: how often}: a list of pairs of ids.

    Each is the most frequent pair of neighbors inside of words, after the merges before it; of
    pairs equally frequent, the one with the smaller ids. Merge number k (from 0) makes id 256 + k.
    If no pair is left, there are fewer than `count`. `words` is not changed.
    Source: Sennrich, Haddow and Birch (2016), algorithm 1, arXiv:1508.07909.
    """
    rows, merges = [(list(word), times) for word, times in words.items()], []
    while len(merges) < count:
        counts = count_pairs(rows)
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        rows = [(merge(ids, best, 256 + len(merges)), times) for ids, times in rows]
        merges.append(best)
    return merges

# %% #a664f8ad7187
def token_bytes(merges) -> list:
    """The bytes of each id: of the 256 bytes themselves, then of each merge."""
    vocabulary = [bytes([byte]) for byte in range(256)]
    for first, second in merges:
        vocabulary.append(vocabulary[first] + vocabulary[second])
    return vocabulary

# %% #join
def join(word: list, pair: tuple, new: int) -> list:
    """Merge `pair` in `word`, in place; returns what that changes in the counts of its pairs.

    The changes are a list of (other pair, +1) or (other pair, -1), in any order: added up, they are
    the difference that the merge makes. A pair may come and go again. What is said of `pair` itself
    does not count, as it is gone. Places are joined from left to right, as by `merge`.
    """
    changes, i = [], 0
    first, second = pair
    while i < len(word) - 1:
        if word[i] == first and word[i + 1] == second:
            if i > 0:  # x a b -> x new
                changes += ((word[i - 1], first), -1), ((word[i - 1], new), 1)
            if i + 2 < len(word):  # a b y -> new y
                changes += ((second, word[i + 2]), -1), ((new, word[i + 2]), 1)
            word[i : i + 2] = [new]
        i += 1
    return changes

# %% #e0221ef4100e
class PairIndex:
    """How often each pair of neighbors occurs in `words`, {bytes: how often}, merge by merge.

    A heap has the most frequent pair on top. Its entries are not changed when counts change: a new
    one is added where a count has grown, and one that is out of date is put right when it is met.
    """

    def __init__(self, words: dict):
        self.words, self.times = [list(word) for word in words], list(words.values())
        self.counts, self.where = {}, {}  # of each pair: how often, and the numbers of its words
        for number, word in enumerate(self.words):
            for pair in pairwise(word):
                self.add(pair, self.times[number])
                self.where.setdefault(pair, []).append(number)
        self.heap = [(-count, pair) for pair, count in self.counts.items()]
        heapq.heapify(self.heap)

    def add(self, pair: tuple, times: int) -> None:
        self.counts[pair] = self.counts.get(pair, 0) + times

    def best(self):
        """The most frequent pair, of several that of the smaller ids; None if there is none."""
        while self.heap:
            count, pair = heapq.heappop(self.heap)
            now = self.counts.get(pair, 0)
            if now and now == -count:
                return pair
            if now:
                heapq.heappush(self.heap, (-now, pair))
        return None

    def merge(self, pair: tuple, new: int) -> None:
        """Join `pair` to the id `new` in all words, and count anew what that changes."""
        grown = set()
        for number in set(self.where.pop(pair)):
            times = self.times[number]
            for changed, step in join(self.words[number], pair, new):
                self.add(changed, step * times)
                if step > 0:
                    grown.add(changed)
                    self.where.setdefault(changed, []).append(number)
        del self.counts[pair]
        for changed in grown:
            heapq.heappush(self.heap, (-self.counts[changed], changed))


def merges_by_index(words: dict, count: int) -> list:
    """As `merges_by_recounting`, the same merges, from a PairIndex."""
    index, merges = PairIndex(words), []
    while len(merges) < count and (best := index.best()):
        index.merge(best, 256 + len(merges))
        merges.append(best)
    return merges

# %% #encode-word
def encode_word(word: bytes, ranks: dict) -> list:
    """The ids of a word: its bytes, merged as long as there is a pair with a rank, lowest first.

    ranks: {pair: its new id}; the lower the id, the sooner it is merged.
    Source: Sennrich, Haddow and Birch (2016), arXiv:1508.07909.
    """
    ids = list(word)
    while len(ids) > 1:
        pair = min(pairwise(ids), key=lambda pair: ranks.get(pair, math.inf))
        if pair not in ranks:
            break
        ids = merge(ids, pair, ranks[pair])
    return ids

# %% #decode
def decode(ids: list, vocabulary: list, errors: str = "replace") -> str:
    """The text of `ids`, if `vocabulary` holds the bytes of each id: all bytes, read as UTF-8.

    errors: what becomes of bytes that are not UTF-8, as in bytes.decode.
    Raises: ValueError that names the first id that is not among 0 to len(vocabulary) - 1.
    Source: https://www.rfc-editor.org/rfc/rfc3629 (UTF-8).
    """
    for i in ids:
        if not 0 <= i < len(vocabulary):
            raise ValueError(f"id {i} is not one of the {len(vocabulary)} ids from 0 on")
    return b"".join([vocabulary[i] for i in ids]).decode("utf-8", errors)

# %% #split
def split_special(text: str, special) -> list:
    """`text` in pieces: each special token is a piece, and so is each text between them.

    Joined, the pieces are `text`; none is empty. special: names, a list or the keys of a dict.
    Where several begin at the same place, the longest counts. Without names, all is one piece.
    """
    if not special:
        return [text] if text else []
    longest_first = sorted(special, key=len, reverse=True)
    pattern = "(" + "|".join(map(re.escape, longest_first)) + ")"
    return [piece for piece in re.split(pattern, text) if piece]

# %% #e00a15a4552c
def word_counts(text: str, special=()) -> dict:
    """{bytes of a pre-token: how often it occurs} in `text`, special tokens left out."""
    found = Counter()
    for piece in split_special(text, special):
        if piece not in special:
            found.update(PATTERN.findall(piece))
    return {bytes_of(word): times for word, times in found.items()}


class BPETokenizer(Tokenizer):
    """Byte-level BPE: ids 0 to 255 are bytes, merge number k makes id 256 + k, then the specials.

    merges: pairs of ids that are there before. special: texts that are one token each.
    `special` is afterwards {text: id}, `vocabulary` the bytes of each id.
    Shapes: text or bytes of any length -> a list of ids; what has no token of its own is spelled in
    bytes, so nothing is unknown.
    Source: Sennrich, Haddow and Birch (2016), arXiv:1508.07909; Radford et al. (2019), GPT-2.
    """

    _parts = (("merges", list), ("special", list))

    def __init__(self, merges=(), special=()):
        self.merges, special = checked_merges(merges), checked_special(special)
        first = 256 + len(self.merges)
        self.special = {text: first + i for i, text in enumerate(special)}
        self.vocabulary = [*token_bytes(self.merges), *map(bytes_of, special)]
        self._words = Cache(encode_word, {pair: 256 + k for k, pair in enumerate(self.merges)})

    @classmethod
    def train(cls, text, vocab_size: int, special=()) -> "BPETokenizer":
        """Learn merges from `text` (or bytes) until there are `vocab_size` ids, specials included.

        There are fewer where the text has no pair left. No merge crosses a special token.
        """
        special = checked_special(special)
        count = check_vocab_size(vocab_size, special)
        return cls(merges_by_index(word_counts(text_of("train", text), special), count), special)

    def encode_ordinary(self, text) -> list:
        """The ids of `text` or bytes; the names of special tokens are text like any other."""
        return self._ordinary(text_of("encode_ordinary", text))

    def encode(self, text) -> list:
        """The ids of `text` or bytes; each special token in it becomes its one id."""
        return self._encode(text_of("encode", text))

    def _ordinary(self, text: str) -> list:
        return list(chain.from_iterable(map(self._words.__getitem__, PATTERN.findall(text))))

    def _encode(self, text: str) -> list:
        ids = []
        for piece in split_special(text, self.special):
            ids += [self.special[piece]] if piece in self.special else self._ordinary(piece)
        return ids

    def stream(self, file, size: int = 1 << 20):
        """The ids of a file one by one, as `encode` of all of it gives them; an iterator.

        file: a path, or open. size: how much of it is read at a time: the file may be larger than
        memory. `np.fromiter(tokenizer.stream(path), np.uint16)` holds two bytes an id.
        """
        if isinstance(file, str | Path):
            with open(file, "rb") as opened:
                yield from self.stream(opened, size)
        elif not hasattr(file, "read"):
            raise TypeError(f"stream takes a path or an open file, not {type(file).__name__}")
        else:
            for piece in pieces(file, self.special, split_special, size):
                yield from self._encode(piece)

    def decode(self, ids) -> str:
        """The text of ids (a list, array or tensor). Bytes that are not text become U+FFFD."""
        return decode(ids_of("decode", ids), self.vocabulary)

    def decode_bytes(self, ids) -> bytes:
        """The bytes of ids, whatever they are: what was encoded comes back exactly."""
        return bytes_of(decode(ids_of("decode_bytes", ids), self.vocabulary, "surrogateescape"))

    def _state(self) -> dict:
        return {"merges": self.merges, "special": list(self.special)}
