"""Texts whose ids are compared with tiktoken's, given the same ranks: `recorded_tokens.json`.

Write it down again with tiktoken installed: `python -m conformance.token_cases`, with the
project's root and `tests` on PYTHONPATH.
"""

import json
from hashlib import sha256
from pathlib import Path

from tinytorch.text import BPETokenizer
from tinytorch_data import names, shakespeare

PATH = Path(__file__).with_name("recorded_tokens.json")
# GPT-2's pattern as tiktoken has it, with \p{L} and \p{N}.
PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
SPECIAL = "<|end|>"
TEXTS = {
    "a scene held out": shakespeare().test[:3000],
    "names": "\n".join(names().test[:60]),
    "white space": "  two\n\n three \n\n\n    four\t\t5  ",
    "contractions": "it's we'll I'm they've 'tis rock 'n' roll don't' ''s",
    "other languages": "Größe, naïve façade; Ελλάδα, Россия, 三人行，必有我师焉。 عربى हिन्दी 🙂👍🏽",  # noqa: E501
    "code": "def f(x_1, *args):\n\treturn {k: v**2 for k, v in x_1.items()}  # 1e-5\n",
    "one long word": "Honorificabilitudinitatibus" * 12,
    "controls": "\x00\x01a\x7f b\r\n\r\nc\u200b\ufeffd",
}


def learned() -> BPETokenizer:
    """A tokenizer of 1,000 ids and a special one, learned from the plays."""
    return BPETokenizer.train(shakespeare().train, 1001, special=[SPECIAL])


def digest(ids) -> str:
    """A checksum of many ids, where the ids themselves would fill the file."""
    return sha256(json.dumps(list(ids)).encode()).hexdigest()


def tiktoken_of(tokenizer: BPETokenizer):
    """tiktoken's encoder with the ranks of ours."""
    import tiktoken

    count = tokenizer.vocab_size - len(tokenizer.special)
    ranks = {token: i for i, token in enumerate(tokenizer.vocabulary[:count])}
    return tiktoken.Encoding(
        "ours", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens=tokenizer.special
    )


def main() -> None:
    """Write down what tiktoken says."""
    tokenizer = learned()
    theirs = tiktoken_of(tokenizer)
    whole = "".join(shakespeare())
    recorded = {
        "merges": tokenizer.merges[:20],
        "ids": {name: theirs.encode_ordinary(text) for name, text in TEXTS.items()},
        "all plays": [len(theirs.encode_ordinary(whole)), digest(theirs.encode_ordinary(whole))],
        "special": theirs.encode(f"the end{SPECIAL}{SPECIAL} the", allowed_special="all"),
        "no special": theirs.encode_ordinary(f"the end{SPECIAL}"),
    }
    PATH.write_text(json.dumps(recorded, indent=None) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
