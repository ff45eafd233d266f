"""Text to ids to batches to a loss, and back: the boundary between module 10 and those before it.

Every row of bytes comes back, ids reach the DataLoader as tensors and stay below the size of the
vocabulary, the merges are those of the textbook, and a model of bigrams learns from them.
`-k quick` is a smoke run.
"""

import io
import json
import random
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

import tinytorch as torch
from tinytorch import nn, optim
from tinytorch.nn import functional as F
from tinytorch.text import BPETokenizer, CharTokenizer, pre_tokens
from tinytorch.utils.data import DataLoader, TensorDataset
from tinytorch_data import shakespeare

END = "<|end|>"
PLAYS = shakespeare()
TEXT = PLAYS.train[:30_000]


@pytest.fixture(scope="module")
def learned():
    return BPETokenizer.train(TEXT, 513, special=[END])


def textbook(words, count):
    """Merges by counting everything anew: {bytes: times} -> pairs of ids."""
    rows, merges = [("".join(map(chr, word)), times) for word, times in words.items()], []
    while len(merges) < count:
        counts = Counter()
        for row, times in rows:
            for pair in pairwise(row):
                counts["".join(pair)] += times
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        rows = [(row.replace(best, chr(256 + len(merges))), times) for row, times in rows]
        merges.append(tuple(map(ord, best)))
    return merges


def encoded(text, merges):
    """The ids of a text, pre-token by pre-token, one merge after the other."""
    ids = []
    for word in pre_tokens(text):
        row = "".join(map(chr, word.encode()))
        for number, pair in enumerate(merges):
            row = row.replace("".join(map(chr, pair)), chr(256 + number))
        ids += map(ord, row)
    return ids


def scraps(seed, count):
    """Text in which words, white space, special tokens and other alphabets meet."""
    parts = ("the", " the", "aaa", "banana", " ", "  ", "\n", "'ll", "7", "_!", "é", "三", END)
    return "".join(random.Random(seed).choices(parts, k=count))


# ---- merges


@pytest.mark.parametrize("seed", range(8))
def test_quick_merges_are_those_of_the_textbook(seed):
    rng = random.Random(seed)
    text = " ".join("".join(rng.choices("ab", k=rng.randint(1, 9))) for _ in range(40))
    text += " aaaa aaa banana" * 3
    words = Counter(word.encode() for word in pre_tokens(text))
    for size in (256 + 40, 1000):  # the second one: to the last pair that there is
        learned = BPETokenizer.train(text, size)
        assert list(learned.merges) == textbook(words, size - 256)
        assert learned.encode(text) == encoded(text, learned.merges)
        assert learned.decode(learned.encode("aaa aaaaaaa")) == "aaa aaaaaaa"


def test_quick_ids_are_those_of_the_merges_in_order(learned):
    for text in (TEXT[5000:8000], *(scraps(seed, 30).replace(END, "") for seed in range(5))):
        assert learned.encode(text) == encoded(text, learned.merges)


def test_quick_no_token_reaches_across_words(learned):
    for token in learned.vocabulary[256:-1]:
        assert len(pre_tokens(token.decode())) == 1


def test_training_and_encoding_cut_text_alike(learned):
    """Where they did not, there would be tokens that encoding never makes, or words it splits."""
    used, words = set(learned.encode(TEXT)), set(pre_tokens(TEXT))
    whole = {token for token in learned.vocabulary[256:-1] if token.decode() in words}
    assert len(whole) > 50
    assert all(learned.vocabulary.index(token) in used for token in whole)


# ---- the way back


@pytest.mark.parametrize("seed", range(20))
def test_quick_every_row_of_bytes_comes_back(learned, seed):
    data = np.random.default_rng(seed).integers(0, 256, 5 * seed).astype(np.uint8).tobytes()
    ids = learned.encode(data)
    assert learned.decode_bytes(ids) == data
    assert learned.decode(ids) == data.decode("utf-8", errors="replace")


@pytest.mark.parametrize("seed", range(20))
def test_quick_every_text_comes_back(learned, seed):
    text = scraps(seed, seed)
    ids = learned.encode(text)
    assert learned.decode(ids) == learned.decode(np.array(ids, np.uint16)) == text
    assert learned.decode(learned.encode_ordinary(text)) == text


def test_quick_a_character_in_two_tokens_comes_back():
    tokenizer = BPETokenizer([(195, 169)])
    assert tokenizer.decode(tokenizer.encode("é三🙂")) == "é三🙂"
    with pytest.raises(ValueError, match="id -1 is not one of"):
        tokenizer.decode([-1])
    with pytest.raises(ValueError, match="id 257 is not one of"):
        tokenizer.decode([257])


# ---- special tokens, files, streams


def test_quick_special_tokens_stay_whole_and_alone(learned):
    end = learned.special[END]
    assert end == len(learned) - 1 == 512
    the = learned.encode("the")
    assert learned.encode(f"the{END}{END}the") == [*the, end, end, *the]
    assert end not in learned.encode_ordinary(f"the{END}the")
    longer = BPETokenizer(learned.merges, [END, END + "!"])
    assert longer.encode(END + "!") == [longer.special[END + "!"]]
    assert BPETokenizer.train(f"ab{END}" * 9, 600, [END]).vocabulary[256:] == [b"ab", END.encode()]


def test_quick_what_is_saved_is_loaded(learned, tmp_path):
    path, text = tmp_path / "tokenizer.json", scraps(3, 60)
    learned.save(path)
    again = BPETokenizer.load(path)
    assert (again.encode(text), again.special, len(again)) == (
        learned.encode(text),
        learned.special,
        len(learned),
    )
    assert json.loads(path.read_text(encoding="utf-8"))["special"] == [END]
    characters = CharTokenizer(text)
    characters.save(path)
    assert CharTokenizer.load(path).encode(text) == characters.encode(text)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_quick_a_stream_gives_the_ids_of_the_whole(learned, size):
    for seed in range(10):
        text = scraps(seed, 25)
        assert list(learned.stream(io.BytesIO(text.encode()), size)) == learned.encode(text)


def test_ids_of_a_file_fit_two_bytes_each(learned, tmp_path):
    path = tmp_path / "plays.txt"
    path.write_text(TEXT, encoding="utf-8")
    ids = np.fromiter(learned.stream(path, 1000), np.uint16)
    assert ids.tolist() == learned.encode(TEXT)


# ---- characters


def test_quick_characters_and_back():
    tokenizer = CharTokenizer(TEXT)
    assert tokenizer.vocabulary == sorted(set(TEXT))
    assert tokenizer.encode(TEXT[:500]) == [tokenizer.vocabulary.index(c) for c in TEXT[:500]]
    assert tokenizer.decode(torch.tensor(tokenizer.encode(TEXT[:500]))) == TEXT[:500]
    with pytest.raises(ValueError, match="'é' at position 3"):
        tokenizer.encode("caf\u00e9")


# ---- into the loader, and a model


def windows(ids, length):
    """Inputs and targets: rows of `length` ids, and the same shifted by one."""
    count = (len(ids) - 1) // length
    ids = torch.tensor(ids[: count * length + 1])
    return ids[:-1].reshape(count, length), ids[1:].reshape(count, length)


def test_ids_reach_the_loader_as_tensors_in_range(learned):
    ids = learned.encode(TEXT)
    inputs, targets = windows(ids, 16)
    seen = []
    for x, y in DataLoader(TensorDataset(inputs, targets), 8):
        assert x.dtype == y.dtype == torch.int64
        assert x.shape[1] == 16
        assert 0 <= x.amin().item() <= x.amax().item() < learned.vocab_size
        assert torch.equal(x[:, 1:], y[:, :-1])
        seen += x.reshape(-1).tolist()
    assert learned.decode(seen) == learned.decode(ids[: len(seen)])


@pytest.mark.parametrize("kind", ["characters", "tokens"])
def test_a_bigram_model_learns_what_counting_finds(kind, learned):
    """A table with a row of logits for each id: its best loss is that of the counts."""
    tokenizer = CharTokenizer(TEXT) if kind == "characters" else learned
    ids = np.array(tokenizer.encode(TEXT[:600]))
    before, after, size = ids[:-1], ids[1:], tokenizer.vocab_size
    counts = np.zeros((size, size))
    np.add.at(counts, (before, after), 1)
    best = -np.log(counts[before, after] / counts[before].sum(1)).mean()
    table = nn.Parameter(torch.zeros(size, size))
    optimizer = optim.Adam([table], lr=0.5)
    for _ in range(60):
        loss = F.cross_entropy(table[torch.tensor(before)], torch.tensor(after))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert best < loss.item() < best + 0.02
