"""The 8x8 digits in the box: right values, a fair split, safe to change."""

from pathlib import Path

import numpy as np
import pytest

import tinytorch_data
from tinytorch_data import digits, make_digits

FILE = Path(tinytorch_data.__file__).with_name("digits.npy")


def test_shapes_types_and_range():
    data = digits()
    assert data.train_images.shape == (1437, 8, 8)
    assert data.test_images.shape == (360, 8, 8)
    assert data.train_labels.shape == (1437,)
    assert data.test_labels.shape == (360,)
    for images, labels in (data[:2], data[2:]):
        assert images.dtype == np.float32
        assert labels.dtype == np.int64
        assert (images.min(), images.max()) == (0.0, 1.0)


def test_the_split_is_balanced_and_shares_no_image():
    data = digits()
    assert np.bincount(data.test_labels).tolist() == [36] * 10
    assert np.bincount(data.train_labels).min() >= 138
    seen = {image.tobytes() for image in data.train_images}
    assert not any(image.tobytes() in seen for image in data.test_images)


def test_the_labels_belong_to_the_images():
    """The mean image of each class is nearest to its own test digits for nine of ten."""
    data = digits()
    means = np.stack([data.train_images[data.train_labels == k].mean(axis=0) for k in range(10)])
    gaps = ((data.test_images[:, None] - means[None]) ** 2).sum(axis=(2, 3))
    assert (gaps.argmin(axis=1) == data.test_labels).mean() > 0.85


def test_each_call_gives_a_fresh_copy():
    first = digits()
    first.train_images[:] = 7.0
    first.test_labels[:] = 7
    again = digits()
    assert again.train_images.max() == 1.0
    assert np.bincount(again.test_labels).tolist() == [36] * 10
    assert not np.shares_memory(again.train_images, again.test_images)


def test_the_maker_writes_the_same_bytes(tmp_path, capsys):
    pytest.importorskip(
        "sklearn", reason="scikit-learn is not installed: the digits cannot be remade"
    )
    for name in ("one.npy", "two.npy"):
        make_digits.main(tmp_path / name)
        assert (tmp_path / name).read_bytes() == FILE.read_bytes()
    assert tinytorch_data._SHA256[FILE.name] in capsys.readouterr().out
