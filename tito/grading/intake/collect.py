"""Takes in a folder of submissions: zip files as `tito submit` makes them, through nbgrader.

A zip file comes from a student. One that holds anything but regular files below its own folder, or
too much, is refused by name, and the others are taken.
"""

import io
import logging
import re
import shutil
import stat
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from nbgrader.apps.zipcollectapp import ZipCollectApp
from nbgrader.coursedir import CourseDirectory

from tito.catalog import Module
from tito.course import Course
from tito.errors import Mistake
from tito.grading.configuration import configuration
from tito.grading.intake import preflight
from tito.grading.intake.preflight import MAX_BYTES, MAX_FILES, Refused, printable

ZIP_NAME = re.compile(
    r"(?P<folder>\d\d_[a-z_]+)__(?P<student>[A-Za-z0-9][A-Za-z0-9_.-]*)__(?P<time>\d{8}T\d{6})Z?"
)
_ARCHIVES = (".zip", ".gz")  # nbgrader would unpack these in turn
# Others unpack a kilobyte to gigabytes before their size is known.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED, LONGEST_NAME = 0x1, 200


@dataclass(frozen=True)
class SubmittedZip:
    """A zip file whose name says whose it is: `01_tensor__student-01__20260131T235959.zip`."""

    path: Path
    module: Module
    student: str
    time: str

    @property
    def stem(self) -> str:
        """The name under which it is kept; the file may have been renamed on its way."""
        return f"{self.module.folder}__{self.student}__{self.time}"


def collect_zips(course: Course, folder: Path) -> tuple[list[SubmittedZip], list[str]]:
    """Take the zip files of `folder` into `submitted/`; of a student's several the latest.

    Returns those taken and, for each that was refused, its name and the reason.
    Raises: Mistake if there is no such folder, or no zip file in it.
    """
    paths = sorted(folder.glob("*.zip")) if folder.is_dir() else []
    if not paths:
        raise Mistake(f"there are no zip files in {folder}: name the folder they were saved in")
    taken, refused = [], []
    for path in paths:
        try:
            submission = examined_zip(course, path)
        except Refused as reason:
            refused.append(f"{printable(path.name)}: {reason}")
        else:
            taken.append(submission)
    for module in course.modules:
        batch = [submission for submission in taken if submission.module == module]
        if batch:
            _zip_collect(course, module, batch)
    return taken, refused


def examined_zip(course: Course, path: Path) -> SubmittedZip:
    """What a zip file is, by its name, once its content is known to be harmless.

    Raises: Refused.
    """
    named = ZIP_NAME.search(path.stem)
    if named is None:
        raise Refused("its name is not of the form 01_tensor__student-01__20260131T235959.zip")
    modules = [module for module in course.modules if module.folder == named["folder"]]
    if not modules or "__" in named["student"]:
        known = ", ".join(module.folder for module in course.modules)
        raise Refused(f"{named['folder']!r} is none of {known}, or the student's name holds '__'")
    _examine_time(named["time"])
    submission = SubmittedZip(path, modules[0], named["student"], named["time"])
    preflight.refuse_student(submission.student)
    try:
        _examine_file(path)
        with zipfile.ZipFile(path) as archive:
            _examine_entries(archive, submission)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as problem:
        raise Refused(f"it is damaged or not a zip file ({problem})") from problem
    return submission


def _examine_time(time: str) -> None:
    """A time that is none would end nbgrader's run for everybody."""
    try:
        datetime.strptime(time, "%Y%m%dT%H%M%S")
    except ValueError:
        raise Refused(f"the time in its name, {time}, is none") from None


def _examine_file(path: Path) -> None:
    what, size = preflight.kind(path), path.lstat().st_size
    if what != "a file":
        raise Refused(f"it is {what}")
    if size > MAX_BYTES:
        raise Refused(f"it has {size:,} bytes, and may have {MAX_BYTES:,}")


def _examine_entries(archive: zipfile.ZipFile, submission: SubmittedZip) -> None:
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_FILES or total > MAX_BYTES:
        raise Refused(
            f"it holds {len(entries)} files of {total:,} bytes, and may hold {MAX_FILES} "
            f"of {MAX_BYTES:,}"
        )
    folders = {submission.stem, submission.module.folder, submission.path.stem}
    for entry in entries:
        _examine_entry(entry, folders)
    names = [PurePosixPath(entry.filename).name for entry in entries]
    if names.count(f"{submission.module.stem}.ipynb") != 1:
        raise Refused(f"it must hold {submission.module.stem}.ipynb, once")
    damaged = archive.testzip()
    if damaged is not None:
        raise Refused(f"its entry {printable(damaged)!r} is damaged")


def _examine_entry(entry: zipfile.ZipInfo, folders: set[str]) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    name = repr(printable(entry.filename))
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused(f"its entry {name} is neither a file nor a folder")
    if entry.compress_type not in _METHODS or entry.flag_bits & _ENCRYPTED:
        raise Refused(
            f"its entry {name} is encrypted, or packed in a way that is not unpacked here"
        )
    if not entry.filename.isprintable() or len(entry.filename) > LONGEST_NAME:
        raise Refused(f"its entry {name} has a name that cannot be printed, or a very long one")
    parts = PurePosixPath(entry.filename).parts
    is_inside = parts and parts[0] in folders and len(parts) <= 2
    if not is_inside or ".." in parts or "\\" in entry.filename:
        raise Refused(f"its entry {name} lies outside the folder {min(folders)}")
    if entry.filename.lower().endswith(_ARCHIVES):
        raise Refused(f"its entry {name} is an archive in the archive")


def _zip_collect(course: Course, module: Module, batch: list[SubmittedZip]) -> None:
    """Run nbgrader's `zip_collect` for one module.

    `downloaded/` keeps what was taken earlier, so that the latest submission of each student
    counts, whenever it arrived.
    """
    words = io.StringIO()
    log = logging.Logger("tito.collect", level=logging.WARNING)
    log.addHandler(logging.StreamHandler(words))
    config = configuration(course)
    place = CourseDirectory(config=config, log=log, assignment_id=module.folder)
    collector = ZipCollectApp(config=config, log=log, coursedir=place, force=True, strict=True)
    archive = Path(collector._format_collect_path(collector.archive_directory))
    archive.mkdir(parents=True, exist_ok=True)
    for submission in batch:
        shutil.copyfile(submission.path, archive / f"{submission.stem}.zip")
    try:
        collector.init_plugins()
        collector.extract_archive_files()
        collector.process_extracted_files()
    except SystemExit as stop:  # how nbgrader's applications fail
        raise Mistake(f"nbgrader did not collect {module.folder}: {words.getvalue()}") from stop
