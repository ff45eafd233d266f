"""The animals in the box: right values, a fair split, and a maker that trusts no pickle."""

import gzip
import hashlib
import io
import pickle
import zipfile

import numpy as np
import pytest

from tinytorch_data import animals, make_animals


class Bomb:
    """Unpickled by pickle itself, it would write a file."""

    def __init__(self, place):
        self.place = place

    def __reduce__(self):
        return open, (str(self.place), "w")


def package(folder, pixels, labels):
    """A package file in the form of the real one."""
    path = folder / "animals.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for part, values in (("data", pixels), ("label", labels)):
            content = gzip.compress(pickle.dumps(values, 4))
            archive.writestr(make_animals.MEMBER.format(part), content)
    return path


def drawn(count):
    """Images that all differ, three of each class at least, and one twice."""
    pixels = np.zeros((count, 28, 28), np.uint8)
    pixels[:, 0, 0] = np.arange(count)
    pixels[-1] = pixels[0]
    return pixels, np.arange(count) % 10


def test_shapes_types_and_range():
    data = animals()
    assert data.train_images.shape == (7716, 28, 28)
    assert data.test_images.shape == (2000, 28, 28)
    for images, labels in (data[:2], data[2:4]):
        assert images.dtype == np.float32
        assert labels.dtype == np.int64
        assert (images.min(), images.max()) == (0.0, 1.0)
    assert len(data.names) == 10
    assert (data.names[0], data.names[9]) == ("bear", "zebra")


def test_the_split_is_balanced_mixed_and_shares_no_image():
    data = animals()
    assert np.bincount(data.test_labels).tolist() == [200] * 10
    assert np.bincount(data.train_labels).min() >= 600
    for labels in (*np.array_split(data.train_labels, 8), *np.split(data.test_labels, 2)):
        assert np.bincount(labels, minlength=10).min() > 50
    images = [*data.train_images, *data.test_images]
    assert len({image.tobytes() for image in images}) == len(images) == 9716


def test_the_labels_belong_to_the_images():
    """The mean image of each class is nearest to its own test images for more than a third."""
    data = animals()
    means = np.stack([data.train_images[data.train_labels == k].mean(axis=0) for k in range(10)])
    flat, means = data.test_images.reshape(-1, 784), means.reshape(10, 784)
    gaps = (means**2).sum(axis=1) - 2 * flat @ means.T
    assert (gaps.argmin(axis=1) == data.test_labels).mean() > 0.35


def test_each_call_gives_a_fresh_copy():
    animals().train_images[:] = 7.0
    assert animals().train_images.max() == 1.0


def test_the_maker_reads_what_numpy_pickled(tmp_path):
    pixels, labels = drawn(31)
    found = make_animals.read(package(tmp_path, pixels, labels))
    assert found[0].dtype == found[1].dtype == np.uint8
    assert np.array_equal(found[0], pixels.reshape(-1, 784))
    assert np.array_equal(found[1], labels)


def test_the_maker_runs_nothing_that_is_in_a_pickle(tmp_path):
    place = tmp_path / "exploded"
    with pytest.raises(pickle.UnpicklingError, match=r"asks for .*open: not read"):
        make_animals.read(package(tmp_path, Bomb(place), np.zeros(1, np.int64)))
    assert not place.exists()


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        ([1, 2, 3], "something else than one array"),
        (np.zeros((2, 28, 28)), "not of bytes or integers"),
        (np.zeros((2, 28, 28), np.uint8, order="F"), "not of bytes or integers"),
    ],
)
def test_the_maker_refuses_other_content(tmp_path, pixels, message):
    with pytest.raises(pickle.UnpicklingError, match=message):
        make_animals.read(package(tmp_path, pixels, np.zeros(2, np.int64)))


@pytest.mark.parametrize(
    ("shape", "labels"), [((2, 8, 8), [0, 1]), ((3, 28, 28), [0, 1]), ((2, 28, 28), [0, 10])]
)
def test_the_maker_refuses_other_images_and_labels(tmp_path, shape, labels):
    with pytest.raises(ValueError, match="no images of 28 x 28 with labels from 0 to 9"):
        make_animals.read(package(tmp_path, np.zeros(shape, np.uint8), np.array(labels)))


def test_the_maker_writes_the_same_bytes_twice_and_each_image_once(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(make_animals, "TEST_PER_CLASS", 1)
    path = package(tmp_path, *drawn(31))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    places = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for place in places:
        make_animals.main(path, place, sha256)
    assert places[0].read_bytes() == places[1].read_bytes()
    with np.load(io.BytesIO(places[0].read_bytes()), allow_pickle=False) as made:
        assert sorted(made["pixels"][:, 0].tolist()) == list(range(30))
        assert sorted(made["labels"][20:].tolist()) == list(range(10))
        assert np.array_equal(made["pixels"][:, 0] % 10, made["labels"])
    assert "sha256" in capsys.readouterr().out


def test_the_maker_refuses_another_package(tmp_path):
    with pytest.raises(ValueError, match="another file"):
        make_animals.main(package(tmp_path, *drawn(31)), tmp_path / "out.npz")
    assert not (tmp_path / "out.npz").exists()
