"""Zip files come from students: good ones reach `submitted/`, bad ones are refused by name."""

import os
import re
import stat
import zipfile
from pathlib import Path

import pytest
from rich.console import Console

from tito.errors import Mistake
from tito.grading.configuration import configuration
from tito.grading.intake.collect import ZIP_NAME, collect_zips
from tito.grading.intake.preflight import MAX_BYTES, MAX_FILES
from tito.grading.session import collect as command

NOTEBOOK = "01_pair/pair.ipynb"
LINK = zipfile.ZipInfo("01_pair/data.txt")
LINK.external_attr = (stat.S_IFLNK | 0o777) << 16
DEVICE = zipfile.ZipInfo("01_pair/zero")
DEVICE.external_attr = (stat.S_IFCHR | 0o666) << 16
# A few bytes of this unpack to gigabytes, whatever size the entry says it has.
BZIP2 = zipfile.ZipInfo("01_pair/bomb")
BZIP2.compress_type = zipfile.ZIP_BZIP2
# Entries of a zip file that must be refused, and a word of the reason.
REFUSED = {
    "outside": ([(NOTEBOOK, "{}"), ("01_pair/../../x", "")], "lies outside"),
    "absolute": ([(NOTEBOOK, "{}"), ("/x", "")], "lies outside"),
    "windows": ([(NOTEBOOK, "{}"), ("01_pair/..\\x", "")], "lies outside"),
    "deep": ([(NOTEBOOK, "{}"), ("01_pair/a/b", "")], "lies outside"),
    "somebody-else": (
        [("01_pair__victim__20260101T000000/pair.ipynb", "{}")],
        "lies outside",
    ),
    "link": ([(NOTEBOOK, "{}"), (LINK, "/etc/passwd")], "neither a file nor a folder"),
    "nested": ([(NOTEBOOK, "{}"), ("01_pair/more.zip", "")], "archive in the archive"),
    "many": ([(f"01_pair/{n}", "") for n in range(MAX_FILES + 1)], "it holds 201 files"),
    "bomb": ([(NOTEBOOK, " " * (MAX_BYTES + 1))], "50,000,001 bytes"),
    "steers": ([(NOTEBOOK, "{}"), ("01_pair/\x1b[2J", "")], "cannot be printed"),
    "long": ([(NOTEBOOK, "{}"), ("01_pair/" + "n" * 300, "")], "a very long one"),
    "dots": ([(NOTEBOOK, "{}"), ("..", "")], "lies outside"),
    "device": ([(NOTEBOOK, "{}"), (DEVICE, "")], "neither a file nor a folder"),
    "packed": ([(NOTEBOOK, "{}"), (BZIP2, "\0" * 10**7)], "is not unpacked here"),
    "empty": ([("01_pair/notes.txt", "")], "must hold pair.ipynb"),
    "two": ([(NOTEBOOK, "{}"), ("pair.ipynb", "{}")], "lies outside"),
}


def _zip(path: Path, *entries) -> Path:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries:
            archive.writestr(name, text)
    return path


def _submitted(room) -> dict[str, str]:
    root = room.course.root / "submitted"
    return {path.parts[-3]: path.read_text() for path in sorted(root.glob("*/*/*.ipynb"))}


@pytest.fixture
def zips(tmp_path) -> Path:
    return tmp_path / "zips"


def test_the_latest_of_each_student_is_taken(classroom, zips):
    """In whatever order they arrive, and however a learning platform renamed them."""
    _zip(zips / "01_pair__student-01__20260102T000000.zip", (NOTEBOOK, "second"))
    _zip(zips / "01_pair__student-01__20260101T000000.zip", (NOTEBOOK, "first"))
    name = "01_pair__student.2__20260101T000000"
    _zip(zips / f"Name_123_{name} (1).zip", (f"{name}/pair.ipynb", "mine"))
    taken, refused = collect_zips(classroom.course, zips)
    assert (len(taken), refused) == (3, [])
    assert _submitted(classroom) == {"student-01": "second", "student.2": "mine"}
    _zip(zips / "01_pair__student-01__20251231T000000.zip", (NOTEBOOK, "older, but it came later"))
    collect_zips(classroom.course, zips)
    assert _submitted(classroom)["student-01"] == "second"
    folder = classroom.course.root / "submitted" / "student-01" / "01_pair"
    assert (folder / "timestamp.txt").read_text() == "2026-01-02 00:00:00"


@pytest.mark.parametrize("case", REFUSED)
def test_a_harmful_zip_is_refused_and_the_others_are_taken(classroom, zips, case):
    """Nothing of it is unpacked; the line names the file and the reason."""
    entries, word = REFUSED[case]
    _zip(zips / f"01_pair__{case}__20260101T000000.zip", *entries)
    _zip(zips / "01_pair__honest__20260101T000000.zip", (NOTEBOOK, "mine"))
    taken, refused = collect_zips(classroom.course, zips)
    assert [it.student for it in taken] == ["honest"]
    assert len(refused) == 1
    assert refused[0].startswith(f"01_pair__{case}__20260101T000000.zip: ")
    assert word in refused[0]
    assert _submitted(classroom) == {"honest": "mine"}


@pytest.mark.parametrize("name", ["notes.zip", "09_x__me__20260101T000000.zip", "01_pair__me.zip"])
def test_a_name_that_says_nothing_is_refused(classroom, zips, name):
    """Whose work it is stands in the name."""
    _zip(zips / name, (NOTEBOOK, "{}"))
    taken, refused = collect_zips(classroom.course, zips)
    assert (taken, len(refused)) == ([], 1)
    assert refused[0].startswith(name)


@pytest.mark.parametrize("time", ["99999999T999999", "20260231T000000", "00000101T000000"])
def test_a_time_that_is_none_is_refused(classroom, zips, time):
    """It would end nbgrader's run, for the others too."""
    _zip(zips / f"01_pair__mine__{time}.zip", (NOTEBOOK, "{}"))
    _zip(zips / "01_pair__honest__20260101T000000.zip", (NOTEBOOK, "mine"))
    taken, refused = collect_zips(classroom.course, zips)
    assert ([it.student for it in taken], len(refused)) == (["honest"], 1)
    assert f"the time in its name, {time}, is none" in refused[0]


def test_what_is_no_file_is_refused(classroom, zips):
    """A FIFO would be waited for, a device read without end; a name cannot steer the terminal."""
    _zip(zips / "01_pair__honest__20260101T000000.zip", (NOTEBOOK, "mine"))
    os.mkfifo(zips / "01_pair__fifo__20260101T000000.zip")
    (zips / "01_pair__link__20260101T000000.zip").symlink_to("/dev/zero")
    (zips / "01_pair__folder__20260101T000000.zip").mkdir()
    (zips / "\x1b[2J\n\u202e.zip").touch()
    taken, refused = collect_zips(classroom.course, zips)
    assert [it.student for it in taken] == ["honest"]
    reasons = " ".join(refused)
    assert [word in reasons for word in ("is a FIFO", "is a link", "is a folder")] == [True] * 3
    assert reasons.isprintable()


def test_a_zip_that_lies_about_its_sizes_is_refused(classroom, zips):
    """Ten megabytes of zeros whose entry says that it has a hundred bytes."""
    path = _zip(zips / "01_pair__liar__20260101T000000.zip", (NOTEBOOK, "\0" * 10**7))
    size = (10**7).to_bytes(4, "little")
    assert path.read_bytes().count(size) == 2
    path.write_bytes(path.read_bytes().replace(size, (100).to_bytes(4, "little")))
    taken, refused = collect_zips(classroom.course, zips)
    assert (taken, "damaged" in refused[0]) == ([], True)


def test_what_else_a_submission_holds_does_not_keep_its_notebook_out(classroom, zips):
    """Other files and notebooks, as editors leave them."""
    others = [
        ("01_pair/notes.txt", "x"),
        ("01_pair/My Notes.ipynb", "{}"),
        ("01_pair/.DS_Store", ""),
    ]
    _zip(zips / "01_pair__student-01__20260101T000000.zip", (NOTEBOOK, "mine"), *others)
    assert len(collect_zips(classroom.course, zips)[0]) == 1
    assert _submitted(classroom) == {"student-01": "mine"}


def test_a_damaged_zip_is_refused(classroom, zips):
    """A truncated upload, or something else under that name."""
    path = _zip(zips / "01_pair__student-01__20260101T000000.zip", (NOTEBOOK, "text" * 1000))
    path.write_bytes(path.read_bytes()[:-40])
    console = Console(record=True, width=200)
    assert command(classroom.course, zips, console) is False
    assert "it is damaged or not a zip file" in console.export_text()


def test_no_zip_files_are_the_users_mistake(classroom, zips):
    """The sentence names the folder that was looked in."""
    with pytest.raises(Mistake, match=r"there are no zip files in .*zips"):
        collect_zips(classroom.course, zips)


def test_the_configuration_reads_the_same_names(classroom):
    """`nbgrader zip_collect` takes student and time from the paths that `tito collect` makes."""
    pattern = configuration(classroom.course).FileNameCollectorPlugin.named_regexp
    name = "01_pair__student-01.a_b__20260101T000000"
    found = re.match(pattern, f"/course/downloaded/01_pair/extracted/{name}/01_pair/pair.ipynb")
    assert found.groupdict() == {
        "student_id": "student-01.a_b",
        "timestamp": "20260101T000000",
        "file_id": "pair",
    }
    assert ZIP_NAME.fullmatch(name)["student"] == "student-01.a_b"
