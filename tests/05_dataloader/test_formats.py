"""The readers for IDX and CIFAR-10: files as published, and files that are damaged or traps."""

import gzip
import io
import struct
import tarfile
import tracemalloc

import numpy as np
import pytest

from tinytorch.core import dataloader
from tinytorch.datasets import read_cifar10, read_idx, read_mnist

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}
ROW = 3073


def idx(array):
    """The bytes of an IDX file."""
    head = struct.pack(
        f">BBBB{array.ndim}I", 0, 0, CODES[array.dtype.str[1:]], array.ndim, *array.shape
    )
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def put(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return path


def images(count=5):
    return np.arange(count * 28 * 28, dtype=np.uint32).reshape(count, 28, 28).astype(np.uint8)


def peak_of(function):
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"limit|announces|cut off|holds"):
            function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# IDX


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
@pytest.mark.parametrize("dtype", CODES)
@pytest.mark.parametrize("shape", [(), (3,), (0,), (2, 3), (4, 5, 6), (2, 1, 2, 3)])
def test_arrays_come_back(tmp_path, shape, dtype, packed):
    array = (np.random.default_rng(0).random(shape) * 100).astype(dtype)
    array = np.asarray(array, dtype)
    content = gzip.compress(idx(array)) if packed else idx(array)
    back = read_idx(put(tmp_path, "any-name", content))
    assert back.dtype == np.dtype(dtype)
    assert back.dtype.isnative
    assert back.shape == shape
    assert np.array_equal(back, array)
    back[...] = 0  # it is memory of its own


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "cut off"),
        (b"\0\0\x08", "cut off"),
        (b"\0\0\x08\x03\0\0\0\x05", "cut off"),
        (idx(images())[:-1], "announces 3,920 bytes of values, it holds only 3,919"),
        (idx(images()) + b"\0", "announces 3,920 bytes of values, it holds more"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "not an IDX file"),
        (b"\0\0\x07\x01\0\0\0\x01\x01", "not an IDX file"),
        (b"\0\0\x08\x03" + b"\xff" * 12, "limit"),
        (b"\0\0\x08\xff" + b"\0\0\0\x01" * 255 + b"\x07", "dimension"),
        (b"\0\0\x08\x04" + b"\0" * 4 + b"\xff" * 12, "."),
    ],
)
def test_files_that_are_refused(tmp_path, content, text, packed):
    path = put(tmp_path, "train-images-idx3-ubyte", gzip.compress(content) if packed else content)
    with pytest.raises(ValueError, match=f"train-images-idx3-ubyte cannot be read.*{text}"):
        read_idx(path)


@pytest.mark.parametrize("cut", [5, 15, -9, -1])
def test_a_gzipped_file_cut_off(tmp_path, cut):
    path = put(tmp_path, "x.gz", gzip.compress(idx(images()))[:cut])
    with pytest.raises(ValueError, match=r"x\.gz cannot be read"):
        read_idx(path)


def test_a_gzipped_file_with_a_changed_byte(tmp_path):
    packed = bytearray(gzip.compress(idx(images())))
    packed[-6] ^= 1  # its checksum
    with pytest.raises(ValueError, match=r"x\.gz cannot be read"):
        read_idx(put(tmp_path, "x.gz", packed))


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "nothing")


def test_a_bomb_does_not_fill_the_memory(tmp_path):
    """100 MB of zeros in 100 KB, behind a header that announces five images."""
    bomb = put(tmp_path, "bomb.gz", gzip.compress(idx(images()) + bytes(100_000_000)))
    assert bomb.stat().st_size < 200_000
    assert peak_of(lambda: read_idx(bomb)) < 3_000_000


def test_a_header_that_promises_too_much_allocates_nothing(tmp_path):
    small = put(tmp_path, "small", b"\0\0\x08\x01" + struct.pack(">I", 2**27) + bytes(10))
    assert peak_of(lambda: read_idx(small)) < 3_000_000
    with pytest.raises(ValueError, match="announces 134,217,728 bytes: the limit is 1,000"):
        read_idx(small, limit=1000)


# MNIST


def pair(folder, labels=None, count=5):
    labels = np.arange(5, dtype=np.uint8) if labels is None else labels
    return put(folder, "images", idx(images(count))), put(
        folder, "labels.gz", gzip.compress(idx(labels))
    )


def test_a_pair_of_images_and_labels(tmp_path):
    pixels, labels = read_mnist(*pair(tmp_path))
    assert np.array_equal(pixels, images())
    assert labels.dtype == np.int64
    assert labels.tolist() == [0, 1, 2, 3, 4]


def test_no_images_and_no_labels_are_a_pair(tmp_path):
    pixels, labels = read_mnist(*pair(tmp_path, np.zeros(0, np.uint8), 0))
    assert pixels.shape == (0, 28, 28)
    assert labels.shape == (0,)


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        (np.arange(4, dtype=np.uint8), "5 images.*4 labels"),
        (np.array([0, 1, 2, 3, 10], np.uint8), "does not hold labels"),
        (np.zeros((5, 1), np.uint8), "does not hold labels"),
        (np.zeros(5, np.int32), "does not hold labels"),
    ],
)
def test_pairs_that_do_not_belong_together(tmp_path, labels, text):
    with pytest.raises(ValueError, match=text):
        read_mnist(*pair(tmp_path, labels))


def test_images_and_labels_the_wrong_way_round(tmp_path):
    with pytest.raises(ValueError, match="not images"):
        read_mnist(*reversed(pair(tmp_path)))


# CIFAR-10


def batch(count=4, seed=0):
    rows = np.random.default_rng(seed).integers(0, 256, (count, ROW), dtype=np.uint8)
    rows[:, 0] %= 10
    return rows


def archive(folder, members, name="cifar-10-binary.tar.gz", mode="w:gz"):
    path = folder / name
    with tarfile.open(path, mode) as file:
        for member, content in members:
            info = tarfile.TarInfo(member) if isinstance(member, str) else member
            info.size = len(content) if info.isreg() else 0
            file.addfile(info, io.BytesIO(content))
    return path


def full():
    names = [f"cifar-10-batches-bin/data_batch_{i}.bin" for i in (3, 1, 5, 2, 4)]
    members = [(name, batch(seed=int(name[-5])).tobytes()) for name in names]
    return [("cifar-10-batches-bin/readme.html", b"hello"), *members,
            ("cifar-10-batches-bin/test_batch.bin", batch(seed=9).tobytes())]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "mode"), [("c.tar.gz", "w:gz"), ("c.tgz", "w:gz"), ("c.tar", "w")]
)
def test_the_batches_of_an_archive_in_order(tmp_path, name, mode):
    path = archive(tmp_path, full(), name, mode)
    pixels, labels = read_cifar10(path)
    rows = np.concatenate([batch(seed=i) for i in range(1, 6)])
    assert pixels.shape == (20, 3, 32, 32)
    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels.reshape(20, -1), rows[:, 1:])
    assert labels.dtype == np.int64
    assert np.array_equal(labels, rows[:, 0])
    pixels, labels = read_cifar10(path, train=False)
    assert np.array_equal(labels, batch(seed=9)[:, 0])
    assert list(tmp_path.iterdir()) == [path]


def test_a_single_file(tmp_path):
    pixels, labels = read_cifar10(put(tmp_path, "data_batch_1.bin", batch().tobytes()))
    assert np.array_equal(pixels.reshape(4, -1), batch()[:, 1:])
    assert np.array_equal(labels, batch()[:, 0])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "0 bytes"),
        (batch().tobytes()[:-1], "12,291 bytes are not a whole number of rows of 3073"),
        (bytes([10]) + bytes(ROW - 1), "the label 10"),
    ],
)
def test_single_files_that_are_refused(tmp_path, content, text):
    with pytest.raises(ValueError, match=f"data.bin cannot be read: .*{text}"):
        read_cifar10(put(tmp_path, "data.bin", content))


def test_an_archive_cut_off(tmp_path):
    path = archive(tmp_path, full())
    content = path.read_bytes()
    for cut in (10, 1000, len(content) // 2):
        path.write_bytes(content[:cut])
        with pytest.raises(ValueError, match="cannot be read"):
            read_cifar10(path)


def test_an_archive_without_a_batch_says_which(tmp_path):
    with pytest.raises(ValueError, match=r"does not hold data_batch_1\.bin$"):
        read_cifar10(archive(tmp_path, [m for m in full() if "batch_1" not in m[0]]))


def test_what_is_no_archive(tmp_path):
    with pytest.raises(ValueError, match=r"x\.tar\.gz cannot be read"):
        read_cifar10(put(tmp_path, "x.tar.gz", b"<html>not found</html>" * 100))


def test_links_and_members_outside_are_never_followed_nor_written(tmp_path):
    """A link called like a batch is passed over; a path that leaves the folder is only a name."""
    link = tarfile.TarInfo("cifar-10-batches-bin/data_batch_1.bin")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    others = [m for m in full() if "batch_1" not in m[0]]
    box = tmp_path / "box"
    box.mkdir()
    with pytest.raises(ValueError, match="does not hold data_batch_1"):
        read_cifar10(archive(box, [(link, b""), *others]))
    path = archive(box, [("../../../data_batch_1.bin", batch(seed=1).tobytes()), *others])
    assert len(read_cifar10(path)[1]) == 20
    assert [p.name for p in tmp_path.rglob("*")] == ["box", path.name]


def test_a_member_that_is_too_large(tmp_path):
    path = archive(tmp_path, [("data_batch_1.bin", bytes(ROW * 10_001)), *full()])
    with pytest.raises(ValueError, match=r"data_batch_1\.bin in it holds 30,733,073 bytes"):
        read_cifar10(path)


def test_an_archive_that_unpacks_to_too_much(tmp_path):
    path = archive(tmp_path, [("padding", bytes(60_000_000)), *full()])
    assert path.stat().st_size < 200_000
    with pytest.raises(ValueError, match="more than the limit of 50,000,000 bytes"):
        read_cifar10(path, limit=50_000_000)
    assert peak_of(lambda: read_cifar10(path, limit=50_000_000)) < 6_000_000


def test_a_header_that_would_fill_the_memory(tmp_path):
    """The names in a tar archive may be long: tarfile reads them whole, whatever they take."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 40_000_000
    packed = gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + b"a" * 40_000_000)
    path = put(tmp_path, "x.tar.gz", packed)
    assert peak_of(lambda: read_cifar10(path, limit=1_000_000)) < 6_000_000


def test_the_limit_admits_the_real_files():
    assert dataloader.LIMIT > 6 * dataloader.CIFAR10_FILE + 10**6
    assert dataloader.LIMIT > 60_000 * 28 * 28
