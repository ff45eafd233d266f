"""Module 10, tokenization: both tokenizers, their files, their streams, and hostile input."""

import io
import json
import random
import tracemalloc
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tinytorch
from tinytorch.core import tokenization as t
from tinytorch.lib import tokens
from tinytorch.text import BPETokenizer, CharTokenizer, pre_tokens
from tinytorch_data import shakespeare

TEXT = shakespeare().train[:60_000]
END = "<|end|>"
LEARNED = BPETokenizer.train(TEXT, 700, special=[END])
# Text in which tokens, specials and white space meet in every way.
SCRAPS = (
    "a",
    "the",
    " ",
    "  ",
    "\n",
    "'",
    "'ll",
    "l",
    "s",
    "7",
    "_",
    "!",
    "é",
    "三",
    END,
    "<|",
    "|>",
)
MIXED = st.lists(st.sampled_from(SCRAPS), max_size=25).map("".join)


def plain_merges(words, count):
    """Merges by the textbook: all pairs of all words counted anew, and texts replaced."""
    rows, merges = [("".join(map(chr, word)), times) for word, times in words.items()], []
    for new in range(256, 256 + count):
        counts = Counter()
        for row, times in rows:
            for pair in pairwise(row):
                counts["".join(pair)] += times
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        merges.append(tuple(map(ord, best)))
        rows = [(row.replace(best, chr(new)), times) for row, times in rows]
    return merges


# ---- pre-tokens


@settings(max_examples=200, deadline=None)
@given(st.text() | MIXED)
def test_pre_tokens_lose_nothing(text):
    found = pre_tokens(text)
    assert "".join(found) == text
    assert "" not in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Is it?", ["Is", " it", "?"]),
        ("it's we'll I'm", ["it", "'s", " we", "'ll", " I", "'m"]),
        ("  two\n\n three \n", [" ", " two", "\n\n", " three", " \n"]),
        ("x_1 22", ["x", "_", "1", " 22"]),
        ("Größe 三人", ["Größe", " 三人"]),
        ("", []),
    ],
)
def test_pre_tokens_are_those_of_gpt2(text, expected):
    assert pre_tokens(text) == expected


# ---- learning


@pytest.mark.parametrize("seed", range(15))
def test_both_ways_learn_the_merges_of_the_textbook(seed):
    rng = random.Random(seed)
    words = {
        bytes(rng.choices(b"abc\xe9", k=rng.randint(0, 9))): rng.randint(1, 4) for _ in range(30)
    }
    before = dict(words)
    for count in (0, 1, 7, 200):
        expected = plain_merges(words, count)
        assert t.merges_by_recounting(words, count) == expected
        assert t.merges_by_index(words, count) == expected
    assert words == before


def test_the_index_learns_from_plays_what_recounting_does():
    words = t.word_counts(TEXT[:20_000])
    assert t.merges_by_index(words, 60) == t.merges_by_recounting(words, 60)


def test_counts_of_the_index_stay_those_of_its_words():
    index = t.PairIndex(t.word_counts(TEXT[:5000]))
    for new in range(256, 400):
        index.merge(index.best(), new)
        expected = t.count_pairs(zip(index.words, index.times, strict=True))
        assert {pair: n for pair, n in index.counts.items() if n} == expected


def test_a_smaller_vocabulary_is_the_beginning_of_a_larger_one():
    assert BPETokenizer.train(TEXT, 400).merges == LEARNED.merges[: 400 - 256]


def test_no_merge_crosses_a_word_or_a_special_token():
    text = f"ab ab{END}ab." * 50
    learned = BPETokenizer.train(text, 1000, special=[END])
    found = set(learned.vocabulary[256:-1])
    assert found == {b"ab", b" ab"}
    assert learned.special == {END: 258}


def test_training_ends_where_no_pair_is_left():
    assert BPETokenizer.train("", 300).vocab_size == 256
    assert BPETokenizer.train("a b c", 300).vocabulary[256:] == [b" b", b" c"]


@pytest.mark.parametrize(
    ("size", "special", "error", "words"),
    [
        (255, (), ValueError, "at least 256"),
        (257, ["<a>", "<b>"], ValueError, "at least 258, .* not 257"),
        (300.0, (), TypeError, "whole number, not float"),
        (True, (), TypeError, "whole number, not bool"),
        (300, "<end>", TypeError, "list of texts"),
        (300, [""], ValueError, "must not be empty"),
        (300, ["<a>", "<a>"], ValueError, "'<a>' is there twice"),
        (300, [3], TypeError, "a special token takes text"),
        (300, ["\ud800"], ValueError, "surrogate"),
    ],
)
def test_training_says_what_it_cannot_do(size, special, error, words):
    with pytest.raises(error, match=words):
        BPETokenizer.train("text", size, special)


# ---- encoding and decoding


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_every_row_of_bytes_comes_back(data):
    ids = LEARNED.encode(data)
    assert LEARNED.decode_bytes(ids) == data
    assert LEARNED.decode(ids) == data.decode("utf-8", errors="replace")
    assert all(type(i) is int and 0 <= i < LEARNED.vocab_size for i in ids)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | MIXED)
def test_every_text_comes_back(text):
    assert LEARNED.decode(LEARNED.encode(text)) == text
    assert LEARNED.encode(text) == LEARNED.encode(text.encode())
    assert LEARNED.decode(LEARNED.encode_ordinary(text)) == text


@settings(max_examples=150, deadline=None)
@given(st.text("abc", max_size=300), st.integers(0, 20))
def test_long_words_get_the_ids_of_short_ones(text, seed):
    """A heap takes over from a hundred bytes on."""
    rng = random.Random(seed)
    words = {bytes(rng.choices(b"abc", k=12)): 1 for _ in range(20)}
    ranks = {pair: 256 + k for k, pair in enumerate(t.merges_by_index(words, 40))}
    word = text.encode()
    assert tokens.encode_long(word, ranks) == t.encode_word(word, ranks)


def test_a_word_of_a_hundred_thousand_letters_takes_no_quadratic_time():
    rng = np.random.default_rng(0)
    word = rng.choice(list("etaoin"), 100_000)
    assert LEARNED.decode(LEARNED.encode("".join(word))) == "".join(word)
    assert max(map(len, LEARNED._words)) <= tokens.LONG


def test_the_cache_is_bounded(monkeypatch):
    monkeypatch.setattr(tokens, "REMEMBERED", 10)
    learned = BPETokenizer(LEARNED.merges)
    text = " ".join(map(str, range(100)))
    assert learned.encode(text) == BPETokenizer(LEARNED.merges).encode(text)
    assert len(learned._words) <= 10


def test_merges_are_applied_lowest_rank_first():
    """Neither greedily from the left nor by the longest token."""
    merges = [(98, 99), (97, 98), (257, 99)]
    assert BPETokenizer(merges).encode("abc") == [97, 256]


def test_leading_spaces_are_kept():
    for text in ("   a", "\n\n  a  ", "\t a", " "):
        assert LEARNED.decode(LEARNED.encode(text)) == text


def test_ids_may_be_a_list_an_array_or_a_tensor():
    ids = LEARNED.encode("To be, or not")
    for given_ids in (ids, tuple(ids), np.array(ids, np.uint16), tinytorch.tensor(ids)):
        assert LEARNED.decode(given_ids) == "To be, or not"
        assert LEARNED.decode_bytes(given_ids) == b"To be, or not"
    assert LEARNED.decode(range(97, 100)) == "abc"
    assert LEARNED.decode([]) == LEARNED.decode(tinytorch.tensor([])) == ""
    assert LEARNED.decode(np.array([97, 98, 99])[::-1]) == "cba"


@pytest.mark.parametrize(
    ("ids", "error", "words"),
    [
        ([97, 700], ValueError, "id 700 is not one of the 700 ids"),
        ([-1], ValueError, "id -1 is not one of"),
        ([10**30], TypeError, "whole numbers for ids"),
        ([1.0], TypeError, "whole numbers for ids, not 1.0 of type float"),
        (["a"], TypeError, "whole numbers for ids, not 'a' of type str"),
        ([None], TypeError, "whole numbers for ids, not None"),
        (np.array([True]), TypeError, "of type bool"),
        (5, TypeError, "a list, array or tensor of ids, not int"),
        ("abc", TypeError, "a list, array or tensor of ids, not str"),
        (None, TypeError, "not NoneType"),
        ([[1, 2]], ValueError, r"one dimension, not of shape \(1, 2\)"),
        ([[1], [2, 3]], TypeError, "unequal length"),
        (tinytorch.tensor(3), ValueError, r"one dimension, not of shape \(\)"),
        (tinytorch.tensor([1.0]), TypeError, "whole numbers for ids, .* of type float32"),
    ],
)
def test_decoding_says_what_it_cannot_take(ids, error, words):
    for tokenizer in (LEARNED, CharTokenizer("abc")):
        if "700 ids" in words and tokenizer is not LEARNED:
            continue
        with pytest.raises(error, match=words):
            tokenizer.decode(ids)
    with pytest.raises(error, match=words):
        LEARNED.decode_bytes(ids)


@pytest.mark.parametrize("name", ["encode", "encode_ordinary"])
@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        (None, TypeError, r"text \(str\) or bytes, not NoneType"),
        (["a"], TypeError, "not list"),
        ("ab\ud800", ValueError, r"'\\ud800' at position 2 is half of a character"),
        ("\udc80", ValueError, "surrogate"),
    ],
)
def test_encoding_says_what_it_cannot_take(name, text, error, words):
    with pytest.raises(error, match=words):
        getattr(LEARNED, name)(text)


# ---- special tokens


def test_special_tokens_are_neither_split_nor_merged():
    (end,) = LEARNED.special.values()
    assert end == LEARNED.vocab_size - 1
    assert LEARNED.encode(END) == [end]
    assert LEARNED.encode(f"the{END}{END} the") == [
        *LEARNED.encode("the"),
        end,
        end,
        *LEARNED.encode(" the"),
    ]
    assert LEARNED.decode([end]) == END


def test_what_strangers_write_cannot_be_a_special_token():
    ids = LEARNED.encode_ordinary(f"a{END}b")
    assert LEARNED.special[END] not in ids
    assert LEARNED.decode(ids) == f"a{END}b"


def test_the_ids_of_other_tokens_do_not_depend_on_special_ones():
    plain = BPETokenizer(LEARNED.merges)
    assert plain.encode(TEXT[:3000]) == LEARNED.encode(TEXT[:3000])
    more = BPETokenizer(LEARNED.merges, [END, "<pad>"])
    assert more.special[END] == LEARNED.special[END]


def test_of_special_tokens_that_begin_alike_the_longest_counts():
    for names in (["<a>", "<a><b>"], ["<a><b>", "<a>"]):
        tokenizer = BPETokenizer([], names)
        assert tokenizer.encode("<a><b><a>") == [
            tokenizer.special["<a><b>"],
            tokenizer.special["<a>"],
        ]


# ---- streams


@settings(max_examples=300, deadline=None)
@given(MIXED, st.integers(1, 9))
def test_pieces_give_the_ids_of_the_whole(text, size):
    expected = LEARNED.encode(text)
    assert list(LEARNED.stream(io.BytesIO(text.encode()), size)) == expected
    assert list(LEARNED.stream(io.StringIO(text, newline=""), size)) == expected


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40), st.integers(1, 5))
def test_pieces_of_bytes_that_are_no_text(data, size):
    assert list(LEARNED.stream(io.BytesIO(data), size)) == LEARNED.encode(data)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["<a", " b>", "<a b>", " ", "x", "b>c", "\n"])), st.integers(1, 4))
def test_pieces_where_special_tokens_hold_spaces_and_begin_alike(scraps, size):
    tokenizer = BPETokenizer(LEARNED.merges, ["<a b>", "<a", " b>c"])
    text = "".join(scraps)
    assert list(tokenizer.stream(io.BytesIO(text.encode()), size)) == tokenizer.encode(text)


def test_a_path_is_opened_and_closed(tmp_path):
    path = tmp_path / "play.txt"
    path.write_bytes((TEXT + "\r\n").encode())
    expected = LEARNED.encode(TEXT + "\r\n")
    assert list(LEARNED.stream(path)) == list(LEARNED.stream(str(path), 100)) == expected
    path.unlink()  # fails on Windows if the file is still open


def test_a_stream_needs_little_memory(tmp_path):
    path = tmp_path / "plays.txt"
    path.write_text(TEXT * 40, encoding="utf-8")
    LEARNED.encode(TEXT)
    tracemalloc.start()
    count = sum(1 for _ in LEARNED.stream(path, 1 << 14))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count > 100_000
    assert peak < path.stat().st_size / 2


@pytest.mark.parametrize(
    ("file", "size", "error", "words"),
    [
        (5, 10, TypeError, "a path or an open file, not int"),
        (io.BytesIO(b"a"), 0, RuntimeError, "size is 0"),
        (io.BytesIO(b"a"), 1.5, TypeError, "whole number"),
        (io.StringIO("a\ud800"), 10, ValueError, "surrogate"),
    ],
)
def test_a_stream_says_what_it_cannot_take(file, size, error, words):
    with pytest.raises(error, match=words):
        list(LEARNED.stream(file, size))


# ---- files


def test_what_is_saved_is_loaded(tmp_path):
    path = tmp_path / "tokenizer.json"
    LEARNED.save(path)
    again = BPETokenizer.load(path)
    assert (again.merges, again.special, again.vocabulary) == (
        LEARNED.merges,
        LEARNED.special,
        LEARNED.vocabulary,
    )
    assert again.encode(TEXT[:5000] + END) == LEARNED.encode(TEXT[:5000] + END)
    characters = CharTokenizer("häh\n三")
    characters.save(path)
    assert CharTokenizer.load(path).vocabulary == characters.vocabulary
    with pytest.raises(ValueError, match=r"is not a file that BPETokenizer\.save wrote"):
        BPETokenizer.load(path)


def state(**changes):
    whole = {
        "tokenizer": "BPETokenizer",
        "version": 1,
        "merges": [[97, 98], [256, 99]],
        "special": ["<end>"],
    }
    return json.dumps(whole | changes)


HOSTILE = {
    "nothing": ("", "not a JSON file"),
    "half": (state()[:-5], "not a JSON file"),
    "no UTF-8": (b"\xff\xfe\x00", "not a JSON file"),
    "nested": ("[" * 200_000, "not a JSON file"),
    "an enormous number": (state(merges=[]).replace("[]", "[[1, " + "9" * 5000 + "]]"), "JSON"),
    "a list": ("[]", "is not a file that"),
    "null": ("null", "is not a file that"),
    "another kind": (state(tokenizer="CharTokenizer"), "is not a file that"),
    "another version": (state(version=2), "version 2, and only 1"),
    "version true": (state(version=True), "version True"),
    "no merges": (state(merges=None), "no list called 'merges'"),
    "merges as a dict": (state(merges={}), "no list called 'merges'"),
    "special as text": (state(special="<end>"), "no list called 'special'"),
    "a merge of three": (state(merges=[[1, 2, 3]]), "merge 0 is .*a pair of ids"),
    "a merge of text": (state(merges=["ab"]), "merge 0 is ab: it must be a pair"),
    "a merge of floats": (state(merges=[[97.0, 98]]), "whole numbers"),
    "a merge of NaN": (state(merges=[[float("nan"), 98]]), "whole numbers"),
    "a merge of booleans": (state(merges=[[True, False]]), "whole numbers"),
    "a negative id": (state(merges=[[-1, 98]]), "from 0 to 255"),
    "itself": (state(merges=[[256, 98]]), "from 0 to 255"),
    "a later id": (state(merges=[[97, 98], [97, 258]]), "merge 1 is .* from 0 to 256"),
    "twice": (state(merges=[[97, 98], [97, 98]]), "merge 1 .* is merge 0 already"),
    "a bomb": (state(merges=[[97, 97], *([255 + k] * 2 for k in range(1, 60))]), "more than"),
    "an empty name": (state(special=[""]), "must not be empty"),
    "a name twice": (state(special=["a", "a"]), "'a' is there twice"),
    "a number for a name": (state(special=[7]), "takes text"),
    "half a character": (state(special=["\ud800"]), "surrogate"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(name, tmp_path):
    content, words = HOSTILE[name]
    path = tmp_path / "tokenizer.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=words) as caught:
        BPETokenizer.load(path)
    assert str(path) in str(caught.value)


def test_a_file_of_characters_must_be_one_that_save_wrote(tmp_path):
    path = tmp_path / "tokenizer.json"
    for characters in ("ba", "aab"):
        parts = {"tokenizer": "CharTokenizer", "version": 1, "characters": characters}
        path.write_text(json.dumps(parts))
        with pytest.raises(ValueError, match="in order"):
            CharTokenizer.load(path)


def test_a_file_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        BPETokenizer.load(tmp_path / "nothing.json")


@pytest.mark.parametrize(
    ("merges", "error", "words"),
    [
        (None, TypeError, "a list of pairs of ids, not NoneType"),
        ([(1, 2), 3], ValueError, "merge 1 is 3"),
        (np.zeros((2, 2)), TypeError, "not ndarray"),
    ],
)
def test_a_tokenizer_says_which_merges_it_cannot_take(merges, error, words):
    with pytest.raises(error, match=words):
        BPETokenizer(merges)


# ---- characters


def test_characters_get_ids_in_order():
    tokenizer = CharTokenizer("hello")
    assert tokenizer.vocabulary == ["e", "h", "l", "o"]
    assert tokenizer.encode("hole") == [1, 3, 2, 0]
    assert tokenizer.decode(tinytorch.tensor([1, 3, 2, 0])) == "hole"
    assert (len(tokenizer), tokenizer.vocab_size, repr(tokenizer)) == (
        4,
        4,
        "CharTokenizer(vocab_size=4)",
    )
    assert (len(CharTokenizer("")), CharTokenizer("").encode("")) == (0, [])


def test_an_unknown_character_is_named():
    for text, words in (("hez", "'z' at position 2"), ("\n", r"'\\n' at position 0")):
        with pytest.raises(ValueError, match=words):
            CharTokenizer("hello").encode(text)
    for wrong in (None, b"bytes", ["a"]):
        with pytest.raises(TypeError, match=r"encode takes text \(str\), not"):
            CharTokenizer("a").encode(wrong)
        with pytest.raises(TypeError, match=r"CharTokenizer takes text \(str\), not"):
            CharTokenizer(wrong)
    with pytest.raises(ValueError, match="id 4 is not one of the 4 ids"):
        CharTokenizer("hello").decode([4])
