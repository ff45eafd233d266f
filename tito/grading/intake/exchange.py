"""nbgrader's exchange, the folder that a class shares with its instructor, made safe for both.

`nbgrader_config.py` names these classes, so `nbgrader release_assignment`, `collect` and
`release_feedback`, and the buttons of Formgrader, use them. What a student lays into the exchange
stays the student's and may change at any moment: nothing of it is opened through a link, only
plain files are taken, and one submission that is refused stops no other.
"""

import os
import pwd
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import (
    ExchangeCollect,
    ExchangeReleaseAssignment,
    ExchangeReleaseFeedback,
)
from nbgrader.utils import parse_utc

from tito.files import write
from tito.grading.intake.preflight import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_FILES,
    Refused,
    kind,
    printable,
    refuse_student,
)
from tito.notebooks import students_copy

# user+assignment+time+random, as `nbgrader submit` names a submission.
_FOLDER_NAME = re.compile(r"(?P<student>[^+]+)\+(?P<module>[^+]+)\+(?P<time>[^+]+)(\+[^+]*)?")
_TIME, _SECRET = "timestamp.txt", "submission_secret.txt"
_FORMAT = "%Y-%m-%d %H:%M:%S.%f UTC"
_LATER = timedelta(minutes=10)
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


class Release(ExchangeReleaseAssignment):
    """nbgrader's, but the notebooks open in the student's kernel, as those of `tito start` do."""

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy a release to the exchange."""
        super().do_copy(src, dest, log)
        for path in Path(dest).glob("*.ipynb"):
            write(path, students_copy(path.read_text(encoding="utf-8")))


class Collect(ExchangeCollect):
    """nbgrader's, but a submission that is not what it says is refused by name."""

    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        """Find the latest good submission of each student."""
        super().init_src()
        self.src_records = [record for record in self.src_records if record["username"]]
        self.check_owner = False  # it has been; nbgrader would look again, and only warn

    def _path_to_record(self, path: str) -> dict:
        """What nbgrader knows of a submission; no user name if it is refused."""
        try:
            student, time = sender(Path(path), self.coursedir.assignment_id, self.check_owner)
        except Refused as reason:
            self.log.error("refused %s: %s", printable(Path(path).name), reason)
            return {"username": "", "filename": "", "timestamp": datetime.min}
        return {"username": student, "filename": Path(path).name, "timestamp": time}

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy a submission to submitted/; its time is the one in its name."""
        source, target = Path(src), Path(dest)
        try:
            for line in copy_files(source, target, self.coursedir.ignore):
                self.log.warning("%s: %s", printable(source.name), line)
            named = _FOLDER_NAME.fullmatch(source.name)
            assert named is not None, "its sender was told from it"
            time = parse_utc(named["time"])
            (target / _TIME).write_text(time.strftime(_FORMAT))
            self._compare_times(source, time)
        except FileNotFoundError as problem:  # its owner has taken it away
            shutil.rmtree(target, ignore_errors=True)
            self.log.error("refused %s: it is gone (%s)", printable(source.name), problem.strerror)

    def _compare_times(self, source: Path, time: datetime) -> None:
        """The name is the student's claim; when a folder was last changed is the system's."""
        changed = datetime.fromtimestamp(source.lstat().st_ctime, UTC).replace(tzinfo=None)
        if changed - time > _LATER:
            self.log.warning(
                "%s was changed at %s, later than the time in its name: for you to judge",
                printable(source.name),
                f"{changed:%Y-%m-%d %H:%M} UTC",
            )


class ReleaseFeedback(ExchangeReleaseFeedback):
    """nbgrader's, but who did not submit by the exchange keeps nobody else's page back."""

    def init_src(self) -> None:
        """Leave out the students for whose page there is no name in the exchange."""
        super().init_src()
        course, without = self.coursedir, []
        pattern = course.format_path(course.feedback_directory, "*", course.assignment_id)
        for folder in Path("/").glob(pattern.lstrip("/")):
            if not _text(folder / _SECRET) or not _text(folder / _TIME):
                without.append(folder.parent.name)
                self.log.warning(
                    "%s did not submit %s by the exchange: send the page in %s yourself",
                    *(printable(folder.parent.name), course.assignment_id, folder),
                )
        excluded = [course.student_id_exclude] if course.student_id_exclude else []
        course.student_id_exclude = ",".join([*excluded, *without])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def sender(path: Path, module: str, check_owner: bool) -> tuple[str, datetime]:
    """Whose a submission is, and when it was made, in UTC.

    Raises: Refused if it is no folder, has an odd name, or belongs to another user than it says.
    """
    named = _FOLDER_NAME.fullmatch(path.name)
    if named is None or named["module"] != module:
        raise Refused("its name is not of the form student+module+time")
    refuse_student(named["student"])
    try:
        time = parse_utc(named["time"])
        what, owner = kind(path), path.lstat().st_uid
    except (ValueError, OverflowError, TypeError) as problem:
        raise Refused(f"the time in its name is none ({printable(str(problem))})") from problem
    except OSError as problem:
        raise Refused(f"it is gone ({problem.strerror})") from problem
    if what != "a folder":
        raise Refused(f"it is {what}")
    if check_owner and named["student"] != _login(owner):
        raise Refused(
            f"it says that it is {named['student']}'s and belongs to {_login(owner)}; where ids "
            "are not user names, set c.ExchangeCollect.check_owner = False"
        )
    return named["student"], time


def _login(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def copy_files(source: Path, target: Path, ignore: Iterable[str]) -> list[str]:
    """Copy the plain files of a folder, and say which were left out, and why.

    Each is opened inside a folder that is open already, and not through a link, so it does not help
    to exchange one for the other while this runs.
    Raises: FileNotFoundError if the folder is not there.
    """
    target.mkdir(parents=True)
    left: list[str] = []
    files, room = 0, MAX_BYTES
    for name, handle in _files(source, tuple(ignore), left):
        data, reason = _bytes_of(name.name, handle, room)
        files, room = files + 1, room - len(data)
        if files > MAX_FILES or room < 0:
            left.append(f"the rest was left out: over {MAX_FILES} files or {MAX_BYTES:,} bytes")
            break
        if reason:
            left.append(f"{printable(str(name))} was left out: {reason}")
        else:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(data)
    return left[:20]


def _files(source: Path, ignore: tuple[str, ...], left: list[str]) -> Iterator[tuple[Path, int]]:
    """Each file below a folder, as a path in it, with the open folder; notebooks come first."""
    source.lstat()
    for folder, folders, names, handle in os.fwalk(source, follow_symlinks=False):
        inner = Path(folder).relative_to(source)
        links = [name for name in folders if _is_link(name, handle)]
        folders[:] = [name for name in folders if not _ignored(name, ignore) and name not in links]
        if len(inner.parts) >= MAX_DEPTH and folders:
            left.append(f"what lies more than {MAX_DEPTH} folders deep was left out")
            folders.clear()
        names = [name for name in names if not _ignored(name, ignore)]
        for name in sorted(
            [*names, *links], key=lambda it: (not it.endswith((".ipynb", ".txt")), it)
        ):
            yield inner / name, handle


def _ignored(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _is_link(name: str, handle: int) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(name, dir_fd=handle).st_mode)
    except OSError:
        return True


def _bytes_of(name: str, handle: int, room: int) -> tuple[bytes, str]:
    """The content of a plain file, at most `room` bytes and one more, or why there is none."""
    try:
        opened = os.open(name, _OPEN, dir_fd=handle)
    except OSError as problem:
        return b"", f"it is a link or cannot be opened ({problem.strerror})"
    with os.fdopen(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            return b"", "it is no plain file"
        return file.read(room + 1), ""
