# generated from tito/lib/images.py by `tito build`: edit that file
"""What functions on arrays of images are called with."""

from typing import Any

import numpy as np

from .settings import as_array

__all__ = ["check_images", "per_channel"]


def check_images(images: Any, what: str) -> None:
    """Raises: TypeError unless `images` is an array; ValueError unless of 3 or 4 dimensions."""
    if not isinstance(images, np.ndarray):
        kind = type(images).__name__
        hint = ": give it x.array" if kind == "Tensor" else ""
        raise TypeError(f"{what} takes an array of images, not {kind}{hint}")
    if images.ndim not in (3, 4):
        raise ValueError(
            f"{what} got images of shape {images.shape}: they are (n, height, width) or "
            "(n, channels, height, width)"
        )


def per_channel(value: Any, images: np.ndarray, name: str) -> np.ndarray:
    """A number, or one for each channel, in a shape that broadcasts with the images."""
    array = as_array(name, value, np.float32).reshape(-1)
    channels = images.shape[1] if images.ndim == 4 else 1
    if array.size not in (1, channels):
        raise ValueError(f"normalize: {name} has {array.size} values for {channels} channels")
    return array.reshape(-1, 1, 1)
