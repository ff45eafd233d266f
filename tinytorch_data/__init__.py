"""The datasets in the box: `from tinytorch_data import digits`. Needs NumPy and no network.

`SOURCES.md` beside this file says where each comes from and under which licence; `download.py`
fetches larger ones.
"""

import hashlib
import io
from pathlib import Path
from typing import NamedTuple

import numpy as np

__all__ = [
    "Animals", "DamagedData", "Digits", "Names", "Shakespeare",
    "animals", "digits", "mnist", "names", "shakespeare",
]  # fmt: skip

_FOLDER = Path(__file__).parent
_SHA256 = {
    "digits.npy": "a1f7f3f6dcdbb0272e6e6e3f27b6e36e6849aea4b784c6f1595e8011973c8331",
    "mnist.npz": "4304e0d24d8539394b64139f1ab0166460b4a530c6ad1c0e631ce455e040e2f9",
    "animals.npz": "4e2a7f9cf8bfecf794631f15f2036f55e11e4d93bada5d5ad5f7022b5859ad78",
    "shakespeare.txt": "2b5d7712aefcb680000ffde67a89d4d3525f4fc4235b56b744e6b77d95ac9913",
    "names.txt": "c44e6c23a08c55a261fbc75d3a6b0bf959d7951c73078bda3b5320be7a01347b",
}
_TRAINING = {  # the rest is for testing
    "digits.npy": 1437,
    "mnist.npz": 8000,
    "animals.npz": 7716,
    "names.txt": 4647,
}
_ANIMALS = "bear bird cat cow dog elephant giraffe horse sheep zebra"
_HELD_OUT = "TWELFTH NIGHT"  # the last play of the file, which is for testing


class DamagedData(OSError):
    """A data file is missing or is not the file that was shipped."""


class Digits(NamedTuple):
    """Handwritten digits. Images: float32, (n, size, size), 0 (paper) to 1 (ink). Labels: int64."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


class Animals(NamedTuple):
    """Silhouettes of animals. Images and labels as `Digits`; names: of the classes, from 0 on."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    names: tuple[str, ...] = tuple(_ANIMALS.split())


class Shakespeare(NamedTuple):
    """Plays as plain text: eight to train on, one to test on."""

    train: str
    test: str


class Names(NamedTuple):
    """First names in small letters, each once, in an order that looks random."""

    train: tuple[str, ...]
    test: tuple[str, ...]


def digits() -> Digits:
    """1,437 digits of 8 x 8 to train on and 360 to test on, 36 of each class.

    A fresh copy at each call. The split is the order of the rows in the file (`make_digits.py`
    fixes it), so it never changes.
    Raises: DamagedData if the file is missing or its checksum is wrong.
    """
    rows = np.load(io.BytesIO(_verified("digits.npy")), allow_pickle=False)
    # Sixteenths are exact in float32, so the images are the same numbers on every machine.
    return _split(rows[:, :-1], rows[:, -1], 16, _TRAINING["digits.npy"])


def mnist() -> Digits:
    """8,000 digits of 28 x 28 from MNIST to train on and 2,000 to test on, 200 of each class.

    A fresh copy at each call. The split is the order of the rows in the file (`make_mnist.py`
    fixes it), so it never changes.
    Raises: DamagedData if the file is missing or its checksum is wrong.
    """
    with np.load(io.BytesIO(_verified("mnist.npz")), allow_pickle=False) as file:
        return _split(file["pixels"], file["labels"], 255, _TRAINING["mnist.npz"])


def animals() -> Animals:
    """7,716 silhouettes of animals, 28 x 28, to train on and 2,000 to test on, 200 of each of ten.

    A fresh copy at each call. The split is the order of the rows in the file (`make_animals.py`
    fixes it), so it never changes; no image is there twice.
    Raises: DamagedData if the file is missing or its checksum is wrong.
    """
    with np.load(io.BytesIO(_verified("animals.npz")), allow_pickle=False) as file:
        count = _TRAINING["animals.npz"]
        return Animals(*_split(file["pixels"], file["labels"], 255, count))


def shakespeare() -> Shakespeare:
    """About a megabyte of Shakespeare: eight plays to train on, *Twelfth Night* to test on.

    Raises: DamagedData if the file is missing or its checksum is wrong.
    """
    text = _verified("shakespeare.txt").decode("ascii")
    cut = text.index(_HELD_OUT)
    return Shakespeare(text[:cut], text[cut:])


def names() -> Names:
    """5,163 different first names, of small letters only: 4,647 to train on, 516 to test on.

    Raises: DamagedData if the file is missing or its checksum is wrong.
    """
    every = tuple(_verified("names.txt").decode("ascii").split())
    count = _TRAINING["names.txt"]
    return Names(every[:count], every[count:])


def _split(pixels: np.ndarray, labels: np.ndarray, white: int, count: int) -> Digits:
    """Images and labels of their own memory, so that writing through one never reaches another."""
    size = int(pixels.shape[1] ** 0.5)
    images = (pixels / np.float32(white)).reshape(-1, size, size)
    labels = labels.astype(np.int64)
    return Digits(
        images[:count].copy(), labels[:count].copy(), images[count:].copy(), labels[count:].copy()
    )


def _verified(name: str) -> bytes:
    place, sha256 = _FOLDER / name, _SHA256[name]
    cure = "restore it with `git checkout -- tinytorch_data` or install tinytorch again"
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        raise DamagedData(f"the data file {place} is missing: {cure}") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DamagedData(
            f"the data file {place} is damaged (its sha256 is not {sha256[:12]}...): {cure}"
        )
    return content
