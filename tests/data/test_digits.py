"""The digits in the box: right values, a fair split, safe to change, never silently bad."""

import hashlib
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

import tinytorch_data
from tinytorch_data import DamagedData, digits, make_digits


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


def test_the_file_is_the_one_sources_md_describes():
    written = hashlib.sha256(tinytorch_data._FILE.read_bytes()).hexdigest()
    assert written == tinytorch_data._SHA256
    assert written in tinytorch_data._FILE.with_name("SOURCES.md").read_text(encoding="utf-8")


def test_one_changed_byte_is_noticed(tmp_path):
    content = bytearray(tinytorch_data._FILE.read_bytes())
    content[5000] ^= 1
    damaged = tmp_path / "digits.npy"
    damaged.write_bytes(content)
    with pytest.raises(DamagedData, match=r"damaged.*install tinytorch again"):
        tinytorch_data._read(damaged)


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(DamagedData, match="is missing: restore it"):
        tinytorch_data._read(tmp_path / "digits.npy")


def test_it_loads_without_anything_but_numpy(tmp_path):
    """A copy of the package works by itself: no course, no scikit-learn, no network."""
    shutil.copytree(tinytorch_data._FILE.parent, tmp_path / "tinytorch_data")
    program = (
        "import sys, tinytorch_data as d; assert d.digits().test_labels.size == 360; "
        "assert not {'sklearn', 'tito', 'urllib.request'} & set(sys.modules); "
        "sys.stdout.write(d.__file__)"
    )
    # PYTHONPATH goes first, before the editable install's own finder is asked.
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path))


def test_the_maker_writes_the_same_bytes(tmp_path, capsys):
    pytest.importorskip(
        "sklearn", reason="scikit-learn is not installed: the digits cannot be remade"
    )
    for name in ("one.npy", "two.npy"):
        make_digits.main(tmp_path / name)
        assert (tmp_path / name).read_bytes() == tinytorch_data._FILE.read_bytes()
    assert tinytorch_data._SHA256 in capsys.readouterr().out
