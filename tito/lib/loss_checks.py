"""What a loss may be called with: each check raises an error that names the argument."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .layer_checks import check_choice

Shape = tuple[int, ...]


def check_reduction(reduction: str, **legacy: Any) -> None:
    """Raises: ValueError for anything but "mean", "sum" and "none"; TypeError for any `legacy`."""
    refuse_legacy("a loss", legacy)
    for key in legacy:
        raise TypeError(f"a loss has no argument {key}")
    check_choice("a loss", "reduction", reduction, "mean", "sum", "none")


def classes_of(name: str, shape: Shape) -> int:
    """The number of classes of an input of this shape: (n, classes, ...), or (classes,) of one row.

    Raises: RuntimeError for a single number.
    """
    if not shape:
        raise RuntimeError(
            f"{name}: the input is a single number: there must be one for each class"
        )
    return shape[min(len(shape) - 1, 1)]


def check_indices(name: str, shape: Shape, target: np.ndarray) -> None:
    """Raises: RuntimeError for targets that are no integers or do not have the shape of the input
    without its classes; ValueError if the numbers of rows differ."""
    if target.dtype.char not in "lqB":  # int64 and uint8, as PyTorch
        raise RuntimeError(
            f"{name}: targets of {target.dtype} and shape {target.shape} for an input of shape "
            f"{shape}: class indices are int64 (use target.long())"
        )
    wanted = shape[:1] + shape[2:] if len(shape) > 1 else ()
    if target.shape == wanted or (len(shape) == 1 and target.shape == (1,)):
        return
    error = ValueError if target.shape[:1] != wanted[:1] else RuntimeError
    raise error(
        f"{name}: an input of shape {shape} needs class indices of shape {wanted}, "
        f"not {target.shape}"
    )


def check_weight(name: str, weight: Any, classes: int) -> None:
    """Raises: RuntimeError if there is not one weight for each class, or it wants a gradient."""
    check_no_gradient(name, weight=weight)
    if weight is not None and weight.shape != (classes,):
        raise RuntimeError(f"{name}: {classes} classes, but the weight has shape {weight.shape}")


def all_within(target: np.ndarray, classes: int) -> bool:
    """Whether all class indices are at least 0 and below `classes`. There is at least one."""
    # Read as unsigned numbers, negative ones are huge: one look at the largest finds all misfits.
    return int(np.max(target.view(np.uint64))) < classes


def check_classes(name: str, target: np.ndarray, counted: np.ndarray, classes: int) -> None:
    """Raises: IndexError naming the first index that counts and is no class."""
    misfits = counted & ((target < 0) | (target >= classes))
    if misfits.any():
        raise IndexError(
            f"{name}: target {target[misfits][0]} is no class: "
            f"there are {classes}, from 0 to {classes - 1}"
        )


def check_distributions(name: str, shape: Shape, target: np.ndarray, ignore_index: int) -> None:
    """Raises: RuntimeError for targets that are no floats, or an `ignore_index` that is a class."""
    if target.dtype.kind != "f":
        raise RuntimeError(
            f"{name}: targets of the input's shape {shape} are probabilities, so "
            f"floats, not {target.dtype}; class indices have the shape without the classes"
        )
    if ignore_index >= 0:
        raise RuntimeError(f"{name}: ignore_index is for class indices, not probabilities")


def check_same_shape(name: str, shape: Shape, target: Shape) -> None:
    """Raises: ValueError showing both shapes if they differ."""
    if shape != target:
        raise ValueError(
            f"{name}: the input has shape {shape}, the target {target}: make them the same"
        )


def refuse_legacy(name: str, settings: Mapping[str, Any]) -> None:
    """Raises: TypeError for a setting that PyTorch had before it had `reduction`."""
    for key in settings.keys() & {"size_average", "reduce"}:
        raise TypeError(f"{name} takes no {key}: use reduction='mean', 'sum' or 'none'")


def check_no_gradient(name: str, **weights: Any) -> None:
    """Raises: RuntimeError naming the weight that requires a gradient, which it would not get."""
    for key, x in weights.items():
        if x is not None and x.requires_grad:
            raise RuntimeError(f"{name}: {key} gets no gradient: use {key}.detach()")


def check_fits(name: str, shape: Shape, **weights: Any) -> None:
    """Raises: RuntimeError naming the weight that does not broadcast to `shape`, or that wants a
    gradient."""
    check_no_gradient(name, **weights)
    for key, x in weights.items():
        got: Shape = () if x is None else x.shape
        pairs = zip(got[::-1], shape[::-1], strict=False)
        if len(got) > len(shape) or any(n not in (1, m) for n, m in pairs):
            raise RuntimeError(
                f"{name} got inputs that do not fit: a {key} of shape {got}, "
                f"logits of shape {shape}"
            )
