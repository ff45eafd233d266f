# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.text`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "CharTokenizer": "tokenization.CharTokenizer",
    "BPETokenizer": "tokenization.BPETokenizer",
    "pre_tokens": "tokenization.pre_tokens",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
