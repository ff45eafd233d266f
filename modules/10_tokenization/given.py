"""What module 10 gives ready-made, in sections that tokenization.py puts in place."""

# %% given: imports "what the module needs: Python's library, and checks of texts, ids and files"
#| default_exp core.tokenization
#| export
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


# %% given: notebook-imports "what only this notebook needs: figures, plays and names, checks"
import io
import textwrap
import time

import matplotlib.pyplot as plt
import numpy as np

from tinytorch_data import names, shakespeare
from tito.checks import equal, raises


# %% given: tests "for the tests: MISTAKES and what they give; check_join, plain_merges, ..."
MISTAKES = {
    "hole": {
        "those are code points: ids go from 0 on": [
            104,
            111,
            108,
            101,
        ],
        "ids begin at 0": [2, 4, 3, 1],
        "each id came once, in order: a text may repeat and mix its characters": [0, 1, 2, 3],
    },
    "1 2": {
        "nothing was joined: a list never equals a tuple": [1, 2, 1, 2, 3, 2, 1, 1, 2],
        "the last id came once more, though it was joined": [9, 9, 3, 2, 1, 9, 2],
        "only the first pair was joined": [9, 1, 2, 3, 2, 1, 1, 2],
        "2, 1 was joined too: the order counts": [9, 9, 3, 9, 9],
        "the pairs are gone, but nothing came in their place": [3, 2, 1],
        "the new id came, but the second of the pair stayed": [9, 2, 9, 2, 3, 2, 1, 9, 2],
    },
    "aaaaa": {
        "after a join, go on behind it: an id is part of one pair at most": [9, 9, 9, 9],
        "only the first pair was joined": [9, 97, 97, 97],
        "from left to right: the rest is at the end": [97, 9, 9],
    },
    "first": {
        "a pair counts as often as its word occurs": [(97, 97)],
        "the most frequent, not the rarest": [(97, 98)],
    },
    "four": {
        "the first merge makes id 256": [(120, 121), (97, 97), (258, 98), (258, 99)],
        "the pair was not merged before the next count": [(120, 121)] * 4,
        "of pairs equally frequent, the one with the smaller ids": [
            (120, 121),
            (97, 97),
            (257, 99),
            (257, 98),
        ],
        "all merges came from the first count": [(120, 121), (97, 97), (97, 98), (97, 99)],
    },
    "ties": {
        "the first that was seen, not the one with the smaller ids": [
            (101, 120),
            (98, 99),
            (257, 100),
        ],
        "the larger ids, not the smaller ones": [(101, 120), (99, 100), (98, 257)],
    },
    "recounting": {
        "counted after each merge: the first count comes before it": 258,
        "each join leaves one pair fewer": 300,
        "a join leaves one pair fewer, not two": 250,
        "the joins of all merges so far add up": 285,
    },
    "index": {
        "the first count, one look at every pair, is missing": 68,
        "the index begins with all pairs, not with those that are left": 151,
        "two pairs go and two come at each join: four": 134,
        "every join was taken for a merge of all pairs": 300,
        "one look for each join, not four": 117,
    },
    "joined": {
        "the pairs that come are missing": {(5, 1): -1, (2, 6): -1},
        "the pairs that go are missing": {(5, 9): 1, (9, 6): 1},
        "the left neighbor is missing": {(2, 6): -1, (9, 6): 1},
        "the right neighbor is missing": {(5, 1): -1, (5, 9): 1},
    },
    "at the beginning": {
        "word[-1] is the last id, and no neighbor of the first": {
            (2, 6): -1,
            (9, 6): 1,
            (6, 1): -1,
            (6, 9): 1,
        },
    },
    "abab": {
        "the left neighbor of the second place is the new id by now": {
            (2, 1): -2,
            (9, 1): 1,
            (2, 9): 1,
        },
        "the pair of two new ids is missing": {(2, 1): -1},
        "only the first place was joined": {(2, 1): -1, (9, 1): 1},
    },
    "abc": {
        "lowest rank first, not the first pair from the left": [258],
        "nothing was merged": [97, 98, 99],
    },
    "a pair twice": {
        "only the first place was joined": [257, 97, 98],
    },
    "café": {
        "each token was decoded by itself: a character may be in two": "caf\ufffd\ufffd",
        "bytes were taken for code points": "caf\u00c3\u00a9",
        "what was cut in two has disappeared": "caf",
    },
    "pieces": {
        "special tokens are pieces, too": ["one", "two"],
        "no piece is empty": ["", "<end>", "one", "<end>", "two", "<end>", ""],
        "the special tokens were not found": ["<end>one<end>two<end>"],
        "each special token is a piece of its own": ["<end>one", "<end>two", "<end>"],
    },
    "longest": {"of those that begin at the same place, the longest": ["<s>", "!", "<s>"]},
}
# Learned from " season", " reason", " treason" and " sea": first e a, then o n, s on, ea son, ...
SEASONS = {
    (101, 97): 256,
    (111, 110): 257,
    (115, 257): 258,
    (256, 258): 259,
    (32, 115): 260,
    (114, 259): 261,
    (32, 261): 262,
    (260, 259): 263,
}


def check_join(word: list, expected: dict, suspects=None, pair=(1, 2)) -> None:
    """Checks that `join` turns `word` into what it should be, and what it says of its counts."""
    after = list(word)
    changes = join(after, pair, 9)
    equal(after, joined(word, pair, 9), f"{word} after joining {pair} to 9")
    total = Counter()
    for other, change in changes:
        total[tuple(other)] += change
    found = {other: change for other, change in total.items() if change and other != pair}
    equal(found, expected, f"the changes for {word}, {pair} joined to 9", suspects=suspects)


def joined(ids: list, pair: tuple, new: int) -> list:
    """`ids` with `pair` replaced by `new`, by way of a text."""
    text = "".join(map(chr, ids)).replace("".join(map(chr, pair)), chr(new))
    return [ord(character) for character in text]


def differences(before: list, after: list, pair: tuple) -> dict:
    """How much more often each pair other than `pair` is in `after` than it was in `before`."""
    total = Counter(pairwise(after))
    total.subtract(pairwise(before))
    return {other: change for other, change in total.items() if change and other != pair}


def random_words(seed: int) -> dict:
    """Thirty words of few different bytes, and how often each occurs."""
    rng, letters = np.random.default_rng(seed), np.array([97, 98, 99, 200], np.uint8)
    lengths = rng.integers(1, 9, size=30)
    return {rng.choice(letters, n).tobytes(): int(rng.integers(1, 4)) for n in lengths}


def plain_merges(words: dict, count: int) -> list:
    """The first merges of `words`, by way of texts: nothing here is the student's."""
    rows, merges = [(list(word), times) for word, times in words.items()], []
    for new in range(256, 256 + count):
        counts = Counter()
        for ids, times in rows:
            for pair in pairwise(ids):
                counts[pair] += times
        if not counts:
            break
        merges.append(sorted(counts, key=lambda pair: (-counts[pair], *pair))[0])
        rows = [(joined(ids, merges[-1], new), times) for ids, times in rows]
    return merges


def in_order(word: bytes, merges: list) -> list:
    """The ids of `word`, one merge after the other, in the order in which they were learned."""
    ids = list(word)
    for number, pair in enumerate(merges):
        ids = joined(ids, pair, 256 + number)
    return ids


# %% given: pre-tokens "pre_tokens: words with the space before them, numbers, punctuation, space"
#| export
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


# %% given: plays "training: eight plays; held_out: a ninth; words: how often each word occurs"
training, held_out = shakespeare()
words = {word.encode(): times for word, times in Counter(pre_tokens(training)).items()}


# %% given: merge-by-merge "show_merges: what a list of merges makes of some words"
def show_merges(merges, texts):
    """Print each merge as text, and what it makes of `texts`."""
    vocabulary, rows = token_bytes(merges), [list(text.encode()) for text in texts]
    for number, pair in enumerate(merges):
        rows = [merge(ids, pair, 256 + number) for ids in rows]
        parts = " + ".join(repr(vocabulary[i].decode()) for i in pair)
        shown = "   ".join("|".join(vocabulary[i].decode() for i in ids) for ids in rows)
        print(f"merge {number}: {parts:14} {shown}")


# %% given: token-bytes "token_bytes: the bytes of each id, which the merges determine"
#| export
def token_bytes(merges) -> list:
    """The bytes of each id: of the 256 bytes themselves, then of each merge."""
    vocabulary = [bytes([byte]) for byte in range(256)]
    for first, second in merges:
        vocabulary.append(vocabulary[first] + vocabulary[second])
    return vocabulary


# %% given: pair-index "PairIndex: counts that are kept up to date; merges_by_index"
#| export
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


# %% given: tokenizer "word_counts; BPETokenizer: train, encode, decode, stream, save, load"
#| export
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


# %% given: measuring "measured_merges and measured_recounting: how many pairs are looked at"
class Watched(PairIndex):
    """A PairIndex that counts in `calls` how many pairs it has looked at."""

    calls = 0

    def add(self, pair, times):
        self.calls += 1
        super().add(pair, times)


def pairs_in(words):
    """The pairs in all distinct words."""
    return sum(max(len(word) - 1, 0) for word in words)


def measured_merges(words, count):
    """(merges, joins, looked): for each merge how many places it joined, and all looks so far."""
    index, merges, joins, looked = Watched(words), [], [], []
    while len(merges) < count and (best := index.best()):
        touched = [index.words[number] for number in set(index.where[best])]
        before = sum(map(len, touched))
        index.merge(best, 256 + len(merges))
        merges.append(best)
        joins.append(before - sum(map(len, touched)))
        looked.append(index.calls)
    return merges, joins, looked


def measured_recounting(words, count):
    """How many pairs there are to look at before each of `count` merges, added up."""
    rows, looked = [(list(word), times) for word, times in words.items()], 0
    for number, best in enumerate(merges_by_recounting(words, count)):
        looked += pairs_in(ids for ids, _ in rows)
        rows = [(merge(ids, best, 256 + number), times) for ids, times in rows]
    return looked


# %% given: colored "the figure: a speech at four sizes of the vocabulary, each token in a box"
speech = held_out[held_out.index("If music be the food") :][:160].rpartition(" ")[0]
speech = " ".join(speech.split())
lines = textwrap.wrap(speech, 32, drop_whitespace=False)
middle = {"ha": "center", "va": "center", "family": "monospace", "fontsize": 9, "clip_on": True}
fig, axes = plt.subplots(2, 2, figsize=(9, 4), layout="constrained")
for ax, size in zip(axes.flat, (256, 512, 1024, 4096), strict=True):
    sized = BPETokenizer(tokenizer.merges[: size - 256])
    tokens = [sized.decode([i]) for i in sized.encode(speech)]
    places = [(column, row) for row, line in enumerate(lines) for column in range(len(line))]
    starts = [places[sum(map(len, tokens[:n]))] for n in range(len(tokens))]
    numbers = chain.from_iterable([n] * len(token) for n, token in enumerate(tokens))
    boxes = np.full((len(lines), 33), np.nan)
    for (column, row), character, number in zip(places, speech, numbers, strict=True):
        boxes[row, column] = number % 4
        if character != " ":
            ax.text(column + 0.5, row + 0.5, character, **middle)
    ax.pcolormesh(boxes, cmap="Pastel1", vmin=0, vmax=8)
    columns, rows = np.transpose(starts)
    ax.vlines(columns, rows, rows + 1, color="black", linewidth=0.8)
    ax.set(xlim=(0, 33), ylim=(len(lines), 0), title=f"{size:,} ids: {len(tokens)} tokens")
    ax.axis("off")
plt.show()


# %% given: compression "the figure: bytes per token over the size of the vocabulary, six texts"
TEXTS = {
    "the plays learned from": training[:30_000],
    "a play held out": held_out[:30_000],
    "first names": "\n".join(names().test),
    "German": (
        "Wer reitet so spät durch Nacht und Wind? Es ist der Vater mit seinem Kind; er hat den "
        "Knaben wohl in dem Arm, er faßt ihn sicher, er hält ihn warm. Mein Sohn, was birgst du so "
        "bang dein Gesicht? Siehst, Vater, du den Erlkönig nicht? Den Erlenkönig mit Kron und "
        "Schweif? Mein Sohn, es ist ein Nebelstreif."
    ),
    "Python": (
        "def merge(ids, pair, new):\n    merged, i = [], 0\n    while i < len(ids):\n"
        "        if tuple(ids[i : i + 2]) == pair:\n            merged.append(new)\n"
        "            i += 2\n        else:\n            merged.append(ids[i])\n"
        "            i += 1\n    return merged\n"
    ),
    "Chinese": "床前明月光，疑是地上霜。举头望明月，低头思故乡。",
}
steps = (256, 320, 384, 512, 768, 1024, 1536, 2048, 3072, 4096)
fig, ax = plt.subplots(figsize=(6.5, 3.2), layout="constrained")
sized = [BPETokenizer(tokenizer.merges[: size - 256]) for size in steps]
for (name, text), style in zip(TEXTS.items(), ("-", "-", "--", "--", ":", "-."), strict=True):
    rates = [len(text.encode()) / len(each.encode(text)) for each in sized]
    ax.plot(steps, rates, style, marker=".", label=name)
    print(f"{name:23} {rates[-1]:.2f} bytes per token at {steps[-1]:,} ids")
ax.set_xscale("log", base=2)
ax.set_xticks([256, 512, 1024, 2048, 4096], ["256", "512", "1,024", "2,048", "4,096"])
ax.set(xlabel="ids in the vocabulary", ylabel="bytes per token")
ax.legend(fontsize="small")
plt.show()


# %% given: bigrams "bits_per_byte: a bigram model, trained and tested; draw_bits: the figure"
def bits_per_byte(tokenizer, k=100):
    """The bits that a bigram model of the plays needs for each byte of the play held out."""
    ids, new = tokenizer.encode(training), tokenizer.encode(held_out)
    single, pairs = Counter(ids), Counter(pairwise(ids))
    total = len(ids) + tokenizer.vocab_size

    def alone(b):  # one is added to each count, so that nothing is impossible
        return (single[b] + 1) / total

    bits = -math.log2(alone(new[0]))
    for a, b in pairwise(new):
        bits -= math.log2((pairs[a, b] + k * alone(b)) / (single[a] + k))
    return bits / len(held_out.encode())


def draw_bits(bits, characters):
    """Draw bits per byte over the size of the vocabulary, and a line for characters."""
    _, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
    ax.plot(list(bits), list(bits.values()), "o-", label="bigrams of tokens")
    ax.axhline(characters, color="C1", linestyle="--", label="bigrams of characters")
    ax.set_xscale("log", base=2)
    ax.set_xticks(list(bits), [f"{size:,}" for size in bits])
    ax.set(xlabel="ids in the vocabulary", ylabel="bits per byte")
    ax.legend()
    plt.show()
