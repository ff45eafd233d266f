# generated from tito/catalog.py by `tito build`: edit that file
"""`tinytorch.models`: names as PyTorch has them, found in `tinytorch.core` when first used."""

from tinytorch._lazy import attach as _attach

_NAMES = {
    "GPTConfig": "transformers.GPTConfig",
    "CausalSelfAttention": "transformers.CausalSelfAttention",
    "FeedForward": "transformers.FeedForward",
    "TransformerBlock": "transformers.TransformerBlock",
    "GPT": "transformers.GPT",
    "text_batch": "transformers.text_batch",
    "next_token_loss": "transformers.next_token_loss",
    "filter_logits": "transformers.filter_logits",
    "generate": "transformers.generate",
    "KVCache": "memoization.KVCache",
    "generate_cached": "memoization.generate_cached",
}
__getattr__, __dir__ = _attach(__name__, _NAMES, [])
