"""Makes `digits.npy` from the digits of scikit-learn: `python -m tinytorch_data.make_digits`.

Needs scikit-learn; nothing else in this package does. Every run writes the same bytes.
"""

import hashlib
from pathlib import Path

import numpy as np

PLACE = Path(__file__).with_name("digits.npy")
TEST_PER_CLASS = 36


def shuffled(count: int) -> list[int]:
    """0..count-1 in a fixed order that looks random and depends on no generator's version."""
    return sorted(range(count), key=lambda index: hashlib.sha256(str(index).encode()).digest())


def split(labels: np.ndarray, per_class: int = TEST_PER_CLASS) -> tuple[list[int], list[int]]:
    """The rows to train and to test on: of each class, the first few in shuffled order test."""
    train, test = [], []
    seen = dict.fromkeys(range(10), 0)
    for row in shuffled(len(labels)):
        label = int(labels[row])
        (test if seen[label] < per_class else train).append(row)
        seen[label] += 1
    return train, test


def table(pixels: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """One row a digit, training rows first: 64 pixels of 0 to 16, then the label, all uint8."""
    train, test = split(labels)
    return np.column_stack([pixels, labels]).astype(np.uint8)[train + test]


def main(place: Path = PLACE) -> None:
    """Write the file and say what its checksum is."""
    # Only the maker needs scikit-learn, so only the maker imports it.
    from sklearn.datasets import load_digits

    with place.open("wb") as file:
        np.save(file, table(*load_digits(return_X_y=True)), allow_pickle=False)
    print(f"{place}: sha256 {hashlib.sha256(place.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
