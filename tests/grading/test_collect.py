"""Zip files come from students: good ones reach `submitted/`, bad ones are refused by name."""

import re
import stat
import zipfile
from pathlib import Path

import pytest
from rich.console import Console

from tito.grading.collect import MAX_BYTES, MAX_FILES, NAME, collect
from tito.grading.command import collect as command
from tito.grading.grade import configuration
from tito.mistake import Mistake

NOTEBOOK = "01_pair/pair.ipynb"
LINK = zipfile.ZipInfo("01_pair/data.txt")
LINK.external_attr = (stat.S_IFLNK | 0o777) << 16
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
    taken, refused = collect(classroom.course, zips)
    assert (len(taken), refused) == (3, [])
    assert _submitted(classroom) == {"student-01": "second", "student.2": "mine"}
    _zip(zips / "01_pair__student-01__20251231T000000.zip", (NOTEBOOK, "older, but it came later"))
    collect(classroom.course, zips)
    assert _submitted(classroom)["student-01"] == "second"
    folder = classroom.course.root / "submitted" / "student-01" / "01_pair"
    assert (folder / "timestamp.txt").read_text() == "2026-01-02 00:00:00"


@pytest.mark.parametrize("case", REFUSED)
def test_a_harmful_zip_is_refused_and_the_others_are_taken(classroom, zips, case):
    """Nothing of it is unpacked; the line names the file and the reason."""
    entries, word = REFUSED[case]
    _zip(zips / f"01_pair__{case}__20260101T000000.zip", *entries)
    _zip(zips / "01_pair__honest__20260101T000000.zip", (NOTEBOOK, "mine"))
    taken, refused = collect(classroom.course, zips)
    assert [hand_in.student for hand_in in taken] == ["honest"]
    assert len(refused) == 1
    assert refused[0].startswith(f"01_pair__{case}__20260101T000000.zip: ")
    assert word in refused[0]
    assert _submitted(classroom) == {"honest": "mine"}


@pytest.mark.parametrize("name", ["notes.zip", "09_x__me__20260101T000000.zip", "01_pair__me.zip"])
def test_a_name_that_says_nothing_is_refused(classroom, zips, name):
    """Whose work it is stands in the name."""
    _zip(zips / name, (NOTEBOOK, "{}"))
    taken, refused = collect(classroom.course, zips)
    assert (taken, len(refused)) == ([], 1)
    assert refused[0].startswith(name)


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
        collect(classroom.course, zips)


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
    assert NAME.fullmatch(name)["student"] == "student-01.a_b"
