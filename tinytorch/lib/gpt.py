# generated from tito/lib/gpt.py by `tito build`: edit that file
"""What a GPT, and writing with one, may be called with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .layer_checks import check_input, check_size, check_whole
from .settings import check_kind, check_number

__all__ = [
    "check_config",
    "check_has_config",
    "check_ids",
    "check_pieces",
    "check_sampling",
    "check_stream",
    "check_targets",
    "check_writing",
    "evaluating",
]


def check_config(config: Any) -> None:
    """Raises: TypeError or ValueError naming the size of a GPTConfig that cannot be."""
    for name in ("vocab_size", "block_size", "n_layer", "n_head", "n_embd"):
        check_number(f"GPTConfig: {name}", getattr(config, name), 1, whole=True)
    check_number("GPTConfig: dropout", config.dropout, 0, 1)
    for name in ("bias", "tie_weights"):
        if not isinstance(value := getattr(config, name), bool):
            raise TypeError(f"GPTConfig: {name} is True or False, not {value!r}")
    if config.n_embd % config.n_head:
        raise ValueError(
            f"GPTConfig: n_embd={config.n_embd} does not divide into n_head={config.n_head} heads"
        )


def check_has_config(name: str, config: Any) -> None:
    """Raises: TypeError if `config` is no GPTConfig."""
    check_kind(f"{name}: config", config, "a GPTConfig", "vocab_size", "block_size", "n_embd")


def check_stream(name: str, config: Any, x: Any) -> None:
    """What a part of a GPT may be called with: floats (n, t, n_embd).

    Raises: TypeError for what is no tensor, RuntimeError for integers and other shapes.
    """
    array = getattr(x, "array", None)
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name}: x is a Tensor, not {type(x).__name__}: use tensor(...)")
    if array.dtype.kind != "f":
        raise RuntimeError(f"{name}: x holds {array.dtype}, not floats: embed the ids first")
    if array.ndim != 3 or array.shape[2] != config.n_embd:
        raise RuntimeError(
            f"{name} takes (n, t, {config.n_embd}), n_embd last, not an x of shape {array.shape}"
        )


def check_ids(name: str, ids: Any, limit: int | None = None) -> None:
    """Whether `ids` are a tensor (n, t) of whole numbers, with t at most `limit`.

    Raises: TypeError for what is no tensor, RuntimeError for floats, ValueError for shapes.
    """
    array = getattr(ids, "array", None)
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name}: ids are a Tensor, not {type(ids).__name__}: use tensor(...)")
    if array.dtype.kind not in "iu":
        raise RuntimeError(f"{name}: ids are whole numbers, not {array.dtype}: use .long()")
    if array.ndim != 2:
        raise ValueError(f"{name} takes ids (n, t), not of shape {array.shape}: make rows of them")
    if limit is not None and array.shape[1] > limit:
        raise ValueError(
            f"{name} got {array.shape[1]} positions, and block_size is {limit}: crop the ids, "
            "or build a model with a larger block_size"
        )


def check_pieces(pieces: Any, length: Any) -> None:
    """Raises: TypeError for pieces that are no rows of ids, and for a length that is no number;
    ValueError for one below 0."""
    check_size("text_batch", length=length)
    if isinstance(pieces, str | bytes) or not hasattr(pieces, "__len__"):
        kind = type(pieces).__name__
        raise TypeError(f"text_batch: pieces are a list of arrays of ids, not of type {kind}")
    for piece in pieces if not isinstance(pieces, dict) else [pieces]:
        ids = np.asarray(getattr(piece, "array", piece)) if hasattr(piece, "__len__") else None
        if ids is None or ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
            raise TypeError(
                f"text_batch: each piece is a list or a 1-D array of whole numbers, not {piece!r}"
            )


def check_targets(logits: Any, targets: Any) -> None:
    """Raises: TypeError for what is no tensor, RuntimeError for shapes that do not fit."""
    for name, x in (("logits", logits), ("targets", targets)):
        if not isinstance(getattr(x, "array", None), np.ndarray):
            raise TypeError(f"next_token_loss: {name} are a Tensor, not {type(x).__name__}")
    if logits.ndim != 3 or targets.shape != logits.shape[:2]:
        raise RuntimeError(
            "next_token_loss takes logits (n, t, vocab_size) and targets (n, t), not "
            f"{tuple(logits.shape)} and {tuple(targets.shape)}"
        )


def check_sampling(logits: Any, temperature: Any, top_k: Any, top_p: Any) -> None:
    """Raises: TypeError, RuntimeError for logits that are no floats in at least one dimension;
    TypeError, ValueError naming the setting that cannot be."""
    check_input("filter_logits", logits)
    if not logits.ndim or not logits.shape[-1]:
        raise RuntimeError(f"filter_logits takes (..., vocab_size), not {tuple(logits.shape)}")
    _check_settings(temperature, top_k, top_p)


def _check_settings(temperature: Any, top_k: Any, top_p: Any) -> None:
    check_number("temperature", temperature, at_least=0)
    if top_k is not None:
        check_number("top_k", top_k, at_least=1, whole=True)
    if top_p is not None:
        check_number("top_p", top_p, above=0, at_most=1)


def check_writing(model: Any, ids: Any, count: Any, settings: tuple, stop_token: Any) -> None:
    """What `generate` may be called with; settings: temperature, top_k, top_p.

    Raises: TypeError, RuntimeError, ValueError naming the argument that cannot be.
    """
    what = "a model with a config, such as a GPT"
    check_kind("generate: model", model, what, "config", "modules", "eval")
    check_ids("generate", ids)
    check_number("generate: max_new_tokens", count, 0, whole=True)
    _check_settings(*settings)
    if not ids.shape[1]:
        raise ValueError("generate needs at least one id in each row to begin with")
    if stop_token is not None:
        check_whole("generate", stop_token=stop_token)


@contextmanager
def evaluating(model: Any) -> Iterator[Any]:
    """Inside it every part of `model` is in eval(); afterwards each is as it was before."""
    before = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield model
    finally:
        for module, training in before:
            module.training = training
