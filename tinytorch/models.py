# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.models`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "TransformerBlock": "transformers.TransformerBlock",
    "GPT": "transformers.GPT",
    "generate": "transformers.generate",
    "KVCache": "memoization.KVCache",
    "generate_cached": "memoization.generate_cached",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
