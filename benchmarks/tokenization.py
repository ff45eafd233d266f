"""Module 10 against Hugging Face's tokenizers and OpenAI's tiktoken, on the plays, one core.

Training of byte-level BPE and encoding, in CPU seconds, and whether ids are tiktoken's, token for
token. Both are written in Rust; ours is Python. They are no part of the course: install them with
`pip install tokenizers tiktoken` where this page runs, or their columns stay empty.

    RAYON_NUM_THREADS=1 python -m benchmarks.tokenization
"""

import os

os.environ |= {"TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1"}

import importlib.util
import statistics
import time
from collections.abc import Callable

from tinytorch.text import BPETokenizer
from tinytorch_data import shakespeare

ROUNDS = 5
SIZES = (512, 4096)
PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


def there(name: str) -> bool:
    """Whether a library is installed."""
    return importlib.util.find_spec(name) is not None


def hf_train(text: str, size: int):
    """A tokenizer of Hugging Face's library with `size` ids, trained on `text`."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=size, show_progress=False, initial_alphabet=alphabet)
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer


def tiktoken_of(tokenizer: BPETokenizer):
    """tiktoken's encoder with the ranks of ours."""
    import tiktoken

    ranks = {token: i for i, token in enumerate(tokenizer.vocabulary)}
    return tiktoken.Encoding("ours", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})


def medians(calls: dict[str, Callable]) -> dict[str, float]:
    """CPU seconds of each call, the median of some rounds in which each has a turn."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(ROUNDS):
        for name in list(calls)[:: -1 if number % 2 else 1]:
            begun = time.process_time()
            calls[name]()
            seconds[name].append(time.process_time() - begun)
    return {name: statistics.median(times) for name, times in seconds.items()}


def compared(text: str, size: int) -> tuple[dict[str, float], dict[str, float], str]:
    """CPU seconds of training and of encoding, and what the ids are like."""
    ours = BPETokenizer.train(text, size)
    train = {"ours": lambda: BPETokenizer.train(text, size)}
    encode = {"ours": lambda: BPETokenizer(ours.merges).encode(text)}  # with an empty cache
    ids, told = ours.encode(text), ""
    if there("tokenizers"):
        theirs = hf_train(text, size)
        train["HF tokenizers"] = lambda: hf_train(text, size)
        encode["HF tokenizers"] = lambda: theirs.encode(text)
    if there("tiktoken"):
        other = tiktoken_of(ours)
        encode["tiktoken"] = lambda: other.encode_ordinary(text)
        same = other.encode_ordinary(text) == ids
        told = f"; tiktoken's ids are {'the same, token for token' if same else 'OTHER ONES'}"
    rate = f"{len(text.encode()) / len(ids):.2f} bytes a token, {len(ids):,} ids{told}"
    return medians(train), medians(encode), rate


def main() -> None:
    """Print a table of CPU seconds."""
    text = "".join(shakespeare())
    print(f"byte-level BPE of {len(text) / 1e6:.2f} MB, CPU seconds, median of {ROUNDS} rounds")
    for size in SIZES:
        train, encode, rate = compared(text, size)
        print(f"{size:,} ids ({size - 256:,} merges): {rate}")
        for what, seconds in (("train", train), ("encode", encode)):
            print(f"  {what:7}", *(f"{name} {s:.2f}" for name, s in seconds.items()), sep="   ")


if __name__ == "__main__":
    main()
