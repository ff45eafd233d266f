"""The datasets in the box: `from tinytorch_data import digits`. Needs NumPy and no network.

`SOURCES.md` beside this file says where each comes from and under which licence.
"""

import hashlib
import io
from pathlib import Path
from typing import NamedTuple

import numpy as np

__all__ = ["DamagedData", "Digits", "digits"]

_FILE = Path(__file__).with_name("digits.npy")
_SHA256 = "a1f7f3f6dcdbb0272e6e6e3f27b6e36e6849aea4b784c6f1595e8011973c8331"
_TRAINING = 1437


class DamagedData(OSError):
    """A data file is missing or is not the file that was shipped."""


class Digits(NamedTuple):
    """Handwritten digits. Images: float32, (n, 8, 8), 0 (paper) to 1 (ink). Labels: int64, (n,)."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def digits() -> Digits:
    """1,437 digits to train on and 360 to test on, 36 of each class; a fresh copy at each call.

    The split is the order of the rows in the file (`make_digits.py` fixes it), so it never changes.
    Raises: DamagedData if the file is missing or its checksum is wrong.
    """
    return _read(_FILE)


def _read(place: Path) -> Digits:
    rows = np.load(io.BytesIO(_verified(place)), allow_pickle=False)
    # Sixteenths are exact in float32, so the images are the same numbers on every machine.
    images = (rows[:, :-1] / np.float32(16)).reshape(-1, 8, 8)
    labels = rows[:, -1].astype(np.int64)
    train, test = slice(None, _TRAINING), slice(_TRAINING, None)
    # Copies, so that writing through one array can never reach another.
    return Digits(
        images[train].copy(), labels[train].copy(), images[test].copy(), labels[test].copy()
    )


def _verified(place: Path) -> bytes:
    cure = "restore it with `git checkout -- tinytorch_data` or install tinytorch again"
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        raise DamagedData(f"the data file {place} is missing: {cure}") from None
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise DamagedData(
            f"the data file {place} is damaged (its sha256 is not {_SHA256[:12]}...): {cure}"
        )
    return content
