# generated from tito/lib/embedding.py by `tito build`: edit that file
"""What embeddings stand on: a fast scatter-add, and checks of what they may be called with."""

from typing import Any

import numpy as np

from .layer_checks import check_whole

__all__ = ["check_options", "check_positions", "ids_of", "padding_row", "scatter_rows"]


def scatter_rows(g: np.ndarray, ids: np.ndarray, rows: int) -> np.ndarray:
    """A table in which each row of `g` (n, dim) was added to the row that its id (n,) names.

    Shapes: (rows, dim), in the dtype of `g`. `np.add.at` is several times faster with places in one
    dimension than with rows, and takes two floats at a time if they are one complex number.
    """
    if g.shape[1] % 2 == 0:
        g = np.ascontiguousarray(g).view(np.result_type(g, 1j))
    n = g.shape[1]
    table = np.zeros(rows * n, g.dtype)
    places = ids[:, None] * n + np.arange(n)  # (n, dim) or (n, dim / 2)
    np.add.at(table, places.reshape(-1), g.reshape(-1))
    return table.view(table.real.dtype).reshape(rows, -1)


def ids_of(input: Any, weight: Any) -> np.ndarray:
    """The ids as an array that can index the rows of `weight`.

    Raises: TypeError for what is no tensor; RuntimeError for ids that are no whole numbers, and
    for a weight that is not a table of floats.
    """
    for key, x in (("input", input), ("weight", weight)):
        if type(getattr(x, "array", None)) is not np.ndarray:
            raise TypeError(
                f"embedding: {key} is a Tensor, not {type(x).__name__}: use tensor(...)"
            )
    ids, table = input.array, weight.array
    if ids.dtype.kind not in "iu":
        raise RuntimeError(f"embedding: input holds {ids.dtype}, not whole numbers: use .long()")
    if table.ndim != 2 or table.dtype.kind != "f":
        raise RuntimeError(
            f"embedding: weight is a table of floats (rows, dim), not {table.dtype} of shape "
            f"{table.shape}"
        )
    return ids if ids.dtype == np.intp else ids.astype(np.intp)


def padding_row(name: str, padding_idx: Any, rows: int) -> int | None:
    """`padding_idx` from 0 on; a negative one counts from the end, and None stays.

    Raises: TypeError for no whole number; AssertionError, as in PyTorch, for a row that is not
    there.
    """
    if padding_idx is None:
        return None
    check_whole(name, padding_idx=padding_idx)
    if not -rows <= padding_idx < rows:
        raise AssertionError(
            f"{name}: padding_idx {padding_idx} is not there: choose one from {-rows} to {rows - 1}"
        )
    return int(padding_idx) % rows


def check_options(name: str, **options: Any) -> None:
    """Raises: RuntimeError naming an option of PyTorch's that is switched on and not here."""
    for key, value in options.items():
        if value is not None and value is not False:
            raise RuntimeError(f"{name}: {key}={value!r} is not here: leave it out")


def check_positions(name: str, x: Any, dim: int) -> None:
    """Raises: TypeError for what is no tensor; RuntimeError for one without floats in the shape
    (..., length, dim)."""
    if type(getattr(x, "array", None)) is not np.ndarray:
        raise TypeError(f"{name}: input is a Tensor, not {type(x).__name__}: use tensor(...)")
    if x.array.dtype.kind != "f":
        raise RuntimeError(f"{name}: input holds {x.dtype}, not floats: use input.float()")
    if x.array.ndim < 2 or x.array.shape[-1] != dim:
        raise RuntimeError(
            f"{name} got an input of shape {x.array.shape}: it takes (..., length, {dim})"
        )
