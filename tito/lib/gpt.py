"""What a GPT, and writing with one, may be called with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .settings import check_number

__all__ = ["check_config", "check_ids", "check_model", "check_sampling", "evaluating"]


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


def check_model(name: str, config: Any, x: Any) -> None:
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


def check_sampling(temperature: Any, top_k: Any, top_p: Any) -> None:
    """Raises: TypeError or ValueError naming the setting of `filter_logits` that cannot be."""
    check_number("temperature", temperature, at_least=0)
    if top_k is not None:
        check_number("top_k", top_k, at_least=1, whole=True)
    if top_p is not None:
        check_number("top_p", top_p, above=0, at_most=1)


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
