"""What differs in embeddings: `test_differences.py` runs each, and `DIFFERENCES` explains calls."""

from collections.abc import Callable

import numpy as np
import pytest
from conformance.generated import Call, Outcome

import tinytorch as torch
from tinytorch import nn
from tinytorch.nn import functional as F

INTEGERS = ("int32", "int64", "uint8", "bool")


def ids_may_be_bytes():
    ids = torch.from_numpy(np.array([2, 0], np.uint8))
    assert F.embedding(ids, torch.eye(3)).tolist() == [[0, 0, 1], [1, 0, 0]]


def tables_hold_floats():
    with pytest.raises(RuntimeError, match="a table of floats"):
        F.embedding(torch.tensor([0]), torch.tensor([[1, 2]]))


def options_are_refused():
    for option in ({"max_norm": 1.0}, {"scale_grad_by_freq": True}, {"sparse": True}):
        (name,) = option
        calls = (
            lambda option=option: nn.Embedding(3, 2, **option),
            lambda option=option: nn.Embedding.from_pretrained(torch.ones(3, 2), **option),
            lambda option=option: F.embedding(torch.tensor([0]), torch.ones(3, 2), **option),
        )
        for call in calls:
            with pytest.raises(RuntimeError, match=f"{name}=.* is not here: leave it out"):
                call()


def positions_are_layers():
    x = torch.zeros(1, 2, 4)
    for layer in (nn.SinusoidalPositions(5, 4), nn.LearnedPositions(5, 4)):
        assert layer(x, offset=3).shape == x.shape
    assert nn.RotaryPositions(4, 5)(x, offset=3).tolist() == x.tolist()


SHOWN = {
    "ids in uint8": ids_may_be_bytes,
    "tables of whole numbers": tables_hold_floats,
    "`max_norm`, `scale_grad_by_freq`, `sparse` of `Embedding` and `embedding`": (
        options_are_refused
    ),
    "`SinusoidalPositions`, `LearnedPositions`, `RotaryPositions`": positions_are_layers,
}


def is_embedding(call: Call) -> bool:
    return call.name == "embedding"


DIFFERENCES: dict[str, Callable[[Call, Outcome, Outcome], bool]] = {
    "ids in uint8": lambda call, ours, theirs: (
        is_embedding(call) and call.args[0].dtype == "uint8" and theirs.error == "RuntimeError"
    ),
    "tables of whole numbers": lambda call, ours, theirs: (
        is_embedding(call) and call.args[1].dtype in INTEGERS and "of floats" in ours.message
    ),
}
