"""What was submitted, looked at before anything of it is read or copied.

All below `submitted/` comes from students, the names of the folders too. No link is followed here,
and nothing but regular files is opened: a FIFO would keep the grader waiting, a device fill its
disk. A hard link is a regular file: it is read, and what is graded is written elsewhere.
"""

import glob
import os
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

MAX_FILES, MAX_BYTES, MAX_DEPTH, MAX_NAME = 200, 50_000_000, 4, 100
MENDED, TAMPERING, LOOK = "mended", "tampering", "look"
_PUNCTUATION = " _.-@,'()"


class Refused(Exception):
    """A submission that is not taken: its text says why."""


@dataclass(frozen=True)
class Note:
    """What was done about a submission, in words.

    kind: MENDED may happen by accident, TAMPERING does not, LOOK is for people to judge.
    """

    kind: str
    text: str


def printable(text: str) -> str:
    """Text of a student's on one short line: nothing in it moves a cursor or turns the writing."""
    line = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text[: MAX_NAME + 1]
    )
    return line if len(text) <= MAX_NAME else line[: MAX_NAME - 3] + "..."


def refuse_student(student: str) -> None:
    """Raises: Refused if a folder's name does not do as a student's id.

    It stands in paths, patterns, pages, tables and on the terminal.
    """
    if len(student) > MAX_NAME or not student[:1].isalnum() or not all(map(_is_allowed, student)):
        raise Refused(
            f"a student's folder is named with letters, digits and any of {_PUNCTUATION[1:]}, at "
            f"most {MAX_NAME} of them, and begins with a letter or digit: "
            f"rename {printable(student)!r}"
        )


def _is_allowed(letter: str) -> bool:
    return letter in _PUNCTUATION or unicodedata.category(letter)[0] in "LMN"


def refuse_folder(folder: Path) -> None:
    """Raises: Refused if a student's folder, or that of a module in it, is a link or no folder."""
    for place in (folder.parent, folder):
        if not stat.S_ISDIR(place.lstat().st_mode):
            name = printable(place.name)
            raise Refused(f"{name} is {kind(place)}, and must be a folder with the notebook in it")


def kind(path: Path) -> str:
    """What a path is, in words: "a file", "a link", ...

    Raises: OSError if it cannot be looked at.
    """
    mode = path.lstat().st_mode
    return next((words for is_kind, words in _KINDS.items() if is_kind(mode)), "no ordinary file")


_KINDS: dict[Callable[[int], bool], str] = {
    stat.S_ISREG: "a file",
    stat.S_ISDIR: "a folder",
    stat.S_ISLNK: "a link, and links are not followed",
    stat.S_ISFIFO: "a FIFO",
    stat.S_ISSOCK: "a socket",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
}


@dataclass
class Beside:
    """What lies beside a notebook: patterns of names that are left out, and why."""

    left_out: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def leave_out(self, path: Path, reason: str) -> None:
        """Leave a path out, with a note."""
        self.left_out.append(glob.escape(path.name))
        note = Note(MENDED, f"{printable(path.name)} was left out: {reason}")
        self.notes = [*self.notes, note][:20]


def beside(folder: Path) -> Beside:
    """Look at the files of a submission: those that are not copied are named in the result."""
    found, files, size = Beside(), 0, 0
    for path, depth in _walk(folder, found):
        what, status = kind(path), path.lstat()
        if path.suffix == ".ipynb":
            pass  # it is not copied: what becomes of the notebook itself is said where it is read
        elif not path.name.isprintable():
            found.leave_out(path, "its name cannot be printed")
        elif depth > MAX_DEPTH:
            found.leave_out(path, f"it lies more than {MAX_DEPTH} folders deep")
        elif what not in ("a file", "a folder"):
            found.leave_out(path, f"it is {what}")
        files, size = files + 1, size + status.st_size
        if files > MAX_FILES or size > MAX_BYTES:
            reason = f"there are more than {MAX_FILES} files, or {MAX_BYTES:,} bytes"
            return Beside(
                ["*", ".*"], [Note(MENDED, f"the files beside it were left out: {reason}")]
            )
    return found


def _walk(folder: Path, found: Beside) -> Iterator[tuple[Path, int]]:
    """All below a folder with its depth, links not followed, a little deeper than is taken."""
    todo = [(folder, 1)]
    while todo:
        place, depth = todo.pop()
        try:
            entries = [Path(entry) for entry in os.scandir(place)]
        except OSError as problem:
            found.leave_out(place, f"it cannot be read ({problem.strerror})")
            continue
        yield from ((path, depth) for path in entries)
        if depth <= MAX_DEPTH:
            todo += [(path, depth + 1) for path in entries if kind(path) == "a folder"]
