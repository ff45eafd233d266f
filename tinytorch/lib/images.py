# generated from tito/lib/images.py by `tito build`: edit that file
"""What functions on arrays of images are called with."""

from typing import Any

import numpy as np

__all__ = ["check_images", "check_number", "per_channel"]


def check_images(images: Any, what: str) -> None:
    """Raises: TypeError unless `images` is an array; ValueError unless of 3 or 4 dimensions."""
    if not isinstance(images, np.ndarray):
        kind = type(images).__name__
        hint = ": give it x.numpy()" if kind == "Tensor" else ""
        raise TypeError(f"{what} takes an array of images, not {kind}{hint}")
    if images.ndim not in (3, 4):
        raise ValueError(
            f"{what} got images of shape {images.shape}: they are (n, height, width) or "
            "(n, channels, height, width)"
        )


def check_number(
    value: Any, what: str, name: str, low: float, high: float, kind: Any = (int, float)
) -> None:
    """Raises: TypeError or ValueError unless `value` is a number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, (kind, np.number)):
        article = "a whole number" if kind is int else "a number"
        raise TypeError(f"{what}: {name} is {article}, not {value!r}")
    if not low <= value <= high:
        raise ValueError(f"{what}: {name} is from {low} to {high}, not {value!r}")


def per_channel(value: Any, images: np.ndarray, name: str) -> np.ndarray:
    """A number, or one for each channel, in a shape that broadcasts with the images."""
    array = np.asarray(value, np.float32).reshape(-1)
    channels = images.shape[1] if images.ndim == 4 else 1
    if array.size not in (1, channels):
        raise ValueError(f"normalize: {name} has {array.size} values for {channels} channels")
    return array.reshape(-1, 1, 1)
