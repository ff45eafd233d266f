"""What a submission may look like, and what is said of it: notes on tampering, none on honesty."""

import copy

import nbformat
import pytest

from tito.catalog import written
from tito.course import here
from tito.grading.intake import preflight
from tito.grading.intake.preflight import (
    LOOK,
    MENDED,
    TAMPERING,
    Refused,
    printable,
    refuse_student,
)
from tito.grading.intake.restore import restore
from tito.grading.intake.source import Source
from tito.grading.intake.submission import notes_of
from tito.grading.intake.suspicious_names import suspicious
from tito.script import exercises, read
from tito.variants.answers import read_answers

COURSE = here()


def restored(notebook, source):
    return restore(copy.deepcopy(notebook), Source(source))


@pytest.fixture(params=written(), ids=lambda module: module.folder)
def module(request):
    return request.param


def test_an_honest_submission_gives_no_note(module):
    """Neither the release as it is, nor the reference, nor any right or wrong answer of the tests:
    the hidden tests are missing in what students submit, and that is no edit."""
    source = nbformat.read(COURSE.source(module), as_version=4)
    released = nbformat.read(COURSE.release(module), as_version=4)
    known = exercises(read(COURSE.script(module)))
    assert notes_of(restored(released, source)) == []
    assert notes_of(restored(source, source)) == []
    for variant in read_answers(COURSE.answers(module), known, []):
        cell = nbformat.v4.new_code_cell(variant.source)
        assert suspicious([cell], source.cells) == [], variant.label


def test_spaces_at_line_ends_are_no_edit(built):
    """Editors leave and take away such spaces."""
    released = nbformat.read(built.course.release(built.pair), as_version=4)
    for cell in released.cells:
        cell.source = cell.source.replace("\n", "  \n") + "\n\n"
    assert notes_of(restored(released, built.source(built.pair))) == []


def test_every_test_is_the_source_s_whatever_was_handed_in(built):
    """Texts, order of points and kinds: only the solution cells are the student's."""
    source = built.source(built.pair)
    notebook = copy.deepcopy(source)
    for cell in notebook.cells:
        cell.source = "pass"
    made = restored(notebook, source)
    ours = {
        cell.metadata.nbgrader.grade_id: cell for cell in made.cells if "nbgrader" in cell.metadata
    }
    for cell in source.cells:
        known = cell.metadata.get("nbgrader")
        if known:
            expected = "pass" if known["solution"] else cell.source
            assert ours[known["grade_id"]].source == expected
            assert ours[known["grade_id"]].metadata.nbgrader == known


def test_notes_have_kinds(built):
    """Reports tell accidents from tampering, and both from what is worth a look."""
    source = built.source(built.pair)
    notebook = copy.deepcopy(source)
    cells = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
    }
    cells["double-test"].source = "pass"
    cells["double"].source += "\nimport ctypes"
    notebook.cells.remove(cells["halve-hidden"])
    made = restored(notebook, source)
    assert [(note.kind, note.text) for note in notes_of(made)] == [
        (TAMPERING, "the test double-test was edited; graded with the original"),
        (MENDED, "the test cell halve-hidden was missing and has been put back"),
        (LOOK, "the code names ctypes, which no answer needs: worth a look"),
    ]


@pytest.mark.parametrize(
    "name", ["student-01", "Zoë Müller", "Zoe\u0308", "李雷", "a.b@example.org", "O'Brien"]
)
def test_names_of_people_are_taken(name):
    refuse_student(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "-rf", " x", "a/b", "a\\b", "a*", "[a]", "a\nb", "\x1b[2J", "\u202ea"),
        *("a+b", "n" * 101, "\udcff", "<b>", "=1", "a;b", "a$b", "\u200b"),
    ],
)
def test_names_that_steer_something_are_refused(name):
    with pytest.raises(Refused, match="a student's folder is named with letters") as caught:
        refuse_student(name)
    assert str(caught.value).isprintable()


def test_what_is_shown_is_short_and_printable():
    assert printable("Zoë") == "Zoë"
    assert printable("a\x1b[2J\n\u202e\udcff") == "a\\x1b[2J\\n\\u202e\\udcff"
    assert len(printable("x" * 10**6)) == preflight.MAX_NAME


def test_a_test_in_the_release_is_hidden_and_so_is_told(module):
    """What the notes compare with is what `tito build` releases, to the letter."""
    source = nbformat.read(COURSE.source(module), as_version=4)
    released = nbformat.read(COURSE.release(module), as_version=4)
    texts = Source(source).released
    graded = [cell for cell in released.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert graded
    assert all(texts[cell.metadata.nbgrader.grade_id] == cell.source for cell in graded)
