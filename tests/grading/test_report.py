"""The class report and the tables: hostile names and words in every place, and what they say."""

import csv
import dataclasses
import datetime
import json
from functools import partial

import pytest
from grading.test_feedback import Parsed, check_quiet
from rich.console import Console

from tito.course import Course
from tito.failures import Reason
from tito.grading.results import class_report, known_mistakes, spreadsheets, tables
from tito.grading.results.marks import CellMark, Mark
from tito.grading.results.result import Boundary, Integration, Result
from tito.kernel.sandbox.levels import Level
from tito.terminal import say, visible
from tito.variants.answers import check_module
from tito.variants.report import show

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7 * 7 }}\x1b[31m\u202e"
FORMULAS = ("=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1", '=cmd|"/c calc"!A1')
RUN = class_report.About(datetime.datetime(2026, 1, 31, 23, 59), 3, 12.5)


def mark(exercise="double", points=2.0, why=None):
    """A mark of 5 whose hidden test failed for a reason."""
    why = why or Reason("wrong: twice", "6", "9", "squared", "add")
    cells = (
        CellMark(f"{exercise}-test", 2, 2),
        CellMark(f"{exercise}-hidden", points - 2, 3, True, "Also graded", why),
    )
    return Mark(exercise, points, 5.0, why.line if points < 5 else "", why, cells)


@pytest.fixture
def page(built, tmp_path):
    """Writes a report and reads it."""

    def write(results, chains=(), course=built.course):
        class_report.write_report(course, results, chains, RUN, tmp_path / "report.html")
        return Parsed((tmp_path / "report.html").read_text())

    return write


def test_hostile_words_are_text_wherever_they_stand(built, page):
    evil = Reason(*[EVIL] * 6)
    results = [
        Result(EVIL, built.pair, [mark(why=evil), Mark("halve", 0, 5, EVIL)], [EVIL]),
        Result("other", built.pair, problem=EVIL),
    ]
    chains = [Integration(EVIL, (EVIL,), (Boundary(EVIL, EVIL, (EVIL,), EVIL),), EVIL, EVIL)]
    parsed = page(results, chains)
    check_quiet(without_chart(parsed))
    assert parsed.text.count("<script>alert(1)</script>") > 8
    assert "{{ 7 * 7 }}" in parsed.text
    assert "\x1b" not in parsed.text
    assert "\u202e" not in parsed.text


def without_chart(parsed):
    """The page without its figure, which is an inline SVG of ours."""
    parsed.tags = [(tag, attrs) for tag, attrs in parsed.tags if tag != "svg"]
    return parsed


def test_it_says_what_was_graded_how_and_what_was_not(built, page):
    results = [
        Result("student-01", built.pair, [mark(points=5), mark("halve", 5)]),
        Result("student-01", built.total, [mark("total", 2)], ["a cell was put back"]),
        Result("student-02", built.pair, [mark(points=2), mark("halve", 0)]),
        Result("student-03", built.pair, problem="RuntimeError: no kernel"),
    ]
    text = page(results).text
    assert "Graded on 2026-01-31 at 23:59: 3 submissions in 12 s" in text
    assert "student-03 01_pair RuntimeError: no kernel" in text
    assert "student-01 10 2 12 of 15" in text
    assert "student-02 2 – 2 of 10" in text
    assert "student-03 not graded – 0 of 0" in text
    assert "student-01 02_total a cell was put back" in text
    assert "Mean 6.0, median 6.0 of 10" in text
    assert "total 02_total 1 of 1 1×: wrong: twice; it looks like: squared" in text


@pytest.mark.parametrize("weak", [True, False])
def test_a_weak_sandbox_is_said_loudly(built, page, monkeypatch, weak):
    level = Level("x", "How it was.", weak)
    monkeypatch.setattr(class_report, "sandbox", lambda course: level)
    parsed = page([Result("student-01", built.pair, [mark()])])
    assert "How it was." in parsed.text
    assert any(attrs.get("role") == "alert" for _, attrs in parsed.tags) == weak


def test_the_distribution_counts_everybody_once():
    bars = class_report.bars([0.0, 0.05, 0.1, 0.55, 0.999, 1.0, 1.0])
    counts = [bar["count"] for bar in bars]
    assert counts == [2, 1, 0, 0, 0, 1, 0, 0, 0, 1, 2]
    assert max(bar["height"] for bar in bars) == 1
    assert [bar["count"] for bar in class_report.bars([])] == [0] * 11


def test_a_report_of_nothing_but_failures_is_written(built, page):
    text = page([Result("student-01", built.pair, problem="no disk")]).text
    assert "No submission has marks." in text
    assert "Nobody lost a point." in text


# ---- likeness ----


@pytest.fixture(scope="module")
def matrix(built, tmp_path_factory):
    """The toy's mutants as `tito mutants` keeps them."""
    path = tmp_path_factory.mktemp("mutants") / "01_pair.json"
    check = partial(check_module, built.course, built.pair)
    show(check, path, Console(quiet=True), verbose=False)
    return path


def answer_like(mutant, exercise, edit=lambda text: text):
    """The mark of an answer that fails as a mutant does, with messages edited."""
    names = [f"{exercise}-test", f"{exercise}-hidden"]
    whys = [mutant.failures.get(name, Reason()) for name in names]
    whys = [dataclasses.replace(why, what=edit(why.what), got=edit(why.got)) for why in whys]
    cells = [CellMark(name, 0, 2, why=why) for name, why in zip(names, whys, strict=True)]
    return Mark(exercise, 0, 5, cells=tuple(cells))


def test_an_answer_resembles_the_mutant_it_fails_like(matrix):
    known = known_mistakes.mutants(matrix)
    assert {mutant.name for mutant in known["double"]} >= {"squared", "tripled"}
    for exercise, mutants in known.items():
        for mutant in mutants:
            assert mutant in known_mistakes.resembled(answer_like(mutant, exercise), mutants)


def test_numbers_may_differ_and_words_may_not(matrix):
    mutants = known_mistakes.mutants(matrix)["double"]
    squared = next(mutant for mutant in mutants if mutant.name == "squared")
    other = answer_like(squared, "double", lambda text: text.replace("9.", "81."))
    assert known_mistakes.resembled(other, mutants) == [squared]
    strange = answer_like(squared, "double", lambda text: f"{text} in another way")
    assert known_mistakes.resembled(strange, mutants) == []


def test_what_is_not_begun_or_right_resembles_nothing(matrix):
    mutants = known_mistakes.mutants(matrix)["double"]
    for why in (Reason("this exercise is not solved yet"), Reason()):
        answer = Mark("double", 0, 5, cells=(CellMark("double-test", 0, 2, why=why),))
        assert known_mistakes.resembled(answer, mutants) == []


def test_too_many_likenesses_are_none(matrix):
    squared = known_mistakes.mutants(matrix)["double"][0]
    assert known_mistakes.resembled(answer_like(squared, "double"), [squared] * 3) == []


def test_without_a_matrix_the_report_says_how_to_get_it(built, page):
    text = page([Result("student-01", built.pair, [mark()])]).text
    assert "run tito mutants once" in text
    assert known_mistakes.mutants(built.course.root / "no such file") == {}


# ---- tables ----


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(built, tmp_path, text):
    """Names, reasons and notes come from students."""
    reason = Reason(text)
    results = [Result(text, built.pair, [Mark(text, 0, 5, text, reason)], [text], problem=text)]
    chains = [Integration(text, (), broken=text)]
    for path in spreadsheets.write_all(Course(tmp_path), results, chains):
        cells = [cell for row in rows(path) for cell in row]
        assert not [cell for cell in cells if cell.strip().startswith(tuple("=+-@＝＋－＠"))]
        assert not [cell for cell in cells if not cell.replace("\n", "").isprintable()]


def test_canvas(built, tmp_path):
    results = [
        Result("student-02", built.pair, [mark(points=2.5)]),
        Result('a,"b"', built.pair, [mark(points=5)]),
        Result("student-02", built.total, problem="no kernel"),
    ]
    results[2].marks = []
    spreadsheets.write_all(Course(tmp_path), results, [])
    header, possible, *students = rows(tmp_path / "grades-canvas.csv")
    assert header[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert header[5:] == ["01_pair", "02_total"]
    assert possible[0] == "Points Possible"
    assert float(possible[5]) == 5
    assert [row[3] for row in students] == ['a,"b"', "student-02"]
    assert [row[5:] for row in students] == [["5", ""], ["2.5", ""]]


def test_moodle(built, tmp_path):
    results = [Result("student-01", built.pair, [mark(why=Reason("a < b & c"))], ["é"])]
    spreadsheets.write_all(Course(tmp_path), results, [])
    header, row = rows(tmp_path / "grades-moodle.csv")
    assert header == ["username", "01_pair", "01_pair (feedback)"]
    assert row[:2] == ["student-01", "2.0"]
    assert "double: 2 of 5" in row[2]
    assert "a ‹ b" in row[2]
    assert row[2].endswith("é")


def test_integration_is_a_row_of_its_own(built, tmp_path):
    tests = (Boundary("t", "a", ("01_pair",), "no"),)
    chains = [Integration("student-01", ("01_pair",), tests, "it broke")]
    results = [Result("student-01", built.pair, [mark()])]
    spreadsheets.write_all(Course(tmp_path), results, chains)
    last = rows(tmp_path / "grades.csv")[-1]
    assert last == ["student-01", "(integration)", "(total)", "0", "1", "it broke"]
    assert "integration" not in (tmp_path / "grades-canvas.csv").read_text()


# ---- the terminal ----


def test_nothing_that_a_terminal_obeys_is_printed(built):
    """Escapes in ids, reasons and notes are written out."""
    console = Console(record=True, width=500, force_terminal=True)
    results = [Result(EVIL, built.pair, [Mark("double", 0, 5, EVIL)], [EVIL], problem=EVIL)]
    tables.print_results(results, console, built.course.root / "grades.csv")
    say(f"graded {EVIL}", console)
    text = console.export_text()
    assert "\\x1b[31m" in text
    assert not [c for c in text if not c.isprintable() and c != "\n"]


def test_visible_keeps_what_can_be_seen():
    assert visible("Ünï ©ode 漢字") == "Ünï ©ode 漢字"
    assert visible("a\nb\x00\ud83d") == "a\\nb\\x00\\ud83d"
    json.dumps(visible(EVIL))
