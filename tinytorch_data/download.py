"""Larger datasets in the formats they are published in, from where their authors put them.

    from tinytorch_data.download import download
    images, labels, *_ = download("fashion_mnist", "data")   # the paths of four files

Needs pooch and rich (`pip install tinytorch[course]`) and a network. Every file is checked against
its published checksum; a download that breaks off goes on where it stopped. Read the files with
`tinytorch.datasets.read_idx` and `read_cifar10`.
"""

from pathlib import Path
from typing import NamedTuple

CHUNK = 2**16


class Remote(NamedTuple):
    """A file somewhere: its address, its published MD5 and its size in bytes."""

    url: str
    md5: str
    size: int


_MNIST = "https://ossci-datasets.s3.amazonaws.com/mnist/"
_FASHION = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
_IDX = (
    "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz",
)  # fmt: skip
DATASETS = {
    "mnist": (
        Remote(_MNIST + _IDX[0], "f68b3c2dcbeaaa9fbdd348bbdeb94873", 9912422),
        Remote(_MNIST + _IDX[1], "d53e105ee54ea40749a09fcbcd1e9432", 28881),
        Remote(_MNIST + _IDX[2], "9fb629c4189551a2d022fa330f9573f3", 1648877),
        Remote(_MNIST + _IDX[3], "ec29112dd5afa0611ce80d1b7f02629c", 4542),
    ),
    "fashion_mnist": (
        Remote(_FASHION + _IDX[0], "8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26421880),
        Remote(_FASHION + _IDX[1], "25c81989df183df01b3e8a0aad5dffbe", 29515),
        Remote(_FASHION + _IDX[2], "bef4ecab320f06d8554ea6380940ec79", 4422102),
        Remote(_FASHION + _IDX[3], "bb300cfdad3c16e7a12a480ee83cd310", 5148),
    ),
    "cifar10": (
        Remote(
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
            "c32a1d4ab5d03f1284b67883e8d87530",
            170052171,
        ),
    ),
}


class DownloadFailed(OSError):
    """A file could not be fetched; what came of it stays, so that the next try goes on there."""


def download(name: str, folder, timeout: float = 30.0) -> list[Path]:
    """The paths of the files of a dataset in `folder/name`, fetched if they are not there yet.

    name: "mnist", "fashion_mnist" or "cifar10".
    Raises: LookupError for another name, DownloadFailed, ImportError naming what to install.
    """
    if name not in DATASETS:
        raise LookupError(f"there is no dataset {name!r}: choose one of {', '.join(DATASETS)}")
    return [fetch(remote, Path(folder) / name, timeout) for remote in DATASETS[name]]


def fetch(remote: Remote, folder, timeout: float = 30.0, retries: int = 3) -> Path:
    """The path of one file in `folder`, fetched if it is not there yet or is damaged.

    timeout: seconds without a byte after which a try is given up. retries: tries after the first.
    Raises: DownloadFailed, ImportError naming what to install.
    """
    try:
        import pooch
        import requests
        import rich  # noqa: F401 - used by `progress`
    except ImportError as error:
        raise ImportError(
            f"downloading needs {error.name}: run `pip install tinytorch[course]`"
        ) from None
    name = remote.url.rsplit("/", 1)[-1]
    pooch.get_logger().setLevel("ERROR")  # the bar says what goes on
    files = pooch.create(
        folder, "", registry={name: f"md5:{remote.md5}"}, urls={name: remote.url},
        retry_if_failed=retries,
    )  # fmt: skip
    try:
        return Path(files.fetch(name, downloader=Resuming(remote, name, timeout)))
    except (ValueError, requests.RequestException) as error:
        raise DownloadFailed(
            f"{remote.url} could not be fetched ({error}): try again, or download it by hand "
            f"into {folder}"
        ) from error


class Resuming:
    """A downloader for pooch: it keeps what came in `name.part` and asks for the rest of it."""

    def __init__(self, remote: Remote, name: str, timeout: float):
        self.remote, self.name, self.timeout = remote, name, timeout

    def __call__(self, url: str, output_file: str, pooch) -> None:
        import requests

        part = Path(output_file).with_name(self.name + ".part")
        done = part.stat().st_size if part.exists() else 0
        # Without `identity` some servers unpack a .gz on the way.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
        with requests.get(url, headers=headers, stream=True, timeout=self.timeout) as answer:
            if answer.status_code == 416:  # what is there cannot be the beginning of the file
                part.unlink()
            answer.raise_for_status()
            done = done if answer.status_code == 206 else 0
            done = self.receive(answer, part, done)
        if done < self.remote.size:
            raise requests.ConnectionError(
                f"the answer ended after {done} of {self.remote.size} bytes"
            )
        part.replace(output_file)  # pooch checks the sum

    def receive(self, answer, part: Path, done: int) -> int:
        """Write the answer behind the first `done` bytes of `part`; the bytes there are then.

        Raises: ValueError as soon as more comes than the file is long, so that no disk fills up.
        """
        with part.open("ab" if done else "wb") as file, progress() as bar:
            task = bar.add_task(self.name, total=self.remote.size, completed=done)
            for chunk in answer.iter_content(CHUNK):
                done += len(chunk)
                if done > self.remote.size:
                    break
                file.write(chunk)
                bar.advance(task, len(chunk))
        if done > self.remote.size:
            part.unlink()
            raise ValueError(f"more came than the {self.remote.size} bytes of this file")
        return done


def progress():
    """A bar with bytes and speed, on stderr."""
    from rich import progress as rich
    from rich.console import Console

    columns = (rich.TextColumn("{task.description}"), rich.BarColumn(), rich.DownloadColumn())
    return rich.Progress(*columns, rich.TransferSpeedColumn(), console=Console(stderr=True))
