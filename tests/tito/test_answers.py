"""`tito mutants` on the toy course: what it must notice about a module's tests, and how it ends."""

import json
from functools import partial

import pytest
from rich.console import Console
from typer.testing import CliRunner
from variant_files import add, drop

from tito.authoring import build
from tito.cli import app
from tito.errors import Mistake
from tito.variants import answers, report

PAIR = "modules/01_pair/pair.py"


@pytest.fixture
def course(toy):
    """The toy course without its endless mutant, so that a run takes half a second."""
    drop(file(toy, "halve"), "mutant: endless")
    add(file(toy, "halve"), "mutant: nothing", '"""Zero."""\nreturn 0 * x')
    return toy


def file(course, exercise):
    return course.answers(course.catalog[0]) / f"{exercise}.py"


def check(course, number=1):
    return answers.check_module(course, course.catalog[number - 1], limit=2.0)


def edit(course, old, new):
    script = course.root / PAIR
    text = script.read_text()
    assert text.count(old) == 1
    script.write_text(text.replace(old, new))


def row(report, label):
    (found,) = [variant for variant in report.variants if variant.label == label]
    return found.results


def killers(report):
    return {v.label: v.killers for v in report.variants if v.is_wrong}


def test_a_good_module_has_no_problem_and_the_matrix_names_the_killers(course):
    report = check(course)
    assert report.problems == []
    assert killers(report)["edge double/squared"] == ["double-hidden"]
    assert killers(report)["mutant double/tripled"] == ["double-test", "double-hidden"]
    assert killers(report)["edge halve/floor"] == ["halve-hidden"]
    said = row(report, "edge double/squared")["double-hidden"].message
    assert said.startswith("wrong: twice [3, -1]\n")
    assert "it looks like: squared" in said


def test_the_modules_before_come_from_the_built_course(toy):
    with pytest.raises(Mistake, match="module 02_total needs it: run `tito build`"):
        check(toy, 2)
    build.build(toy)
    report = check(toy, 2)
    assert report.problems == []
    assert killers(report)["edge total/product"] == ["total-hidden"]


BAD_CELLS = [
    (
        "double",
        "mutant: same",
        '"""Right."""\nreturn x + x',
        "the mutant double/same survives: none of 4 tests tells it from a right answer",
    ),
    (
        "double",
        "mutant: typo",
        '"""Thrice."""\nreturn 3 * y',
        "the mutant double/typo proves nothing: the file itself causes NameError: name 'y' is "
        "not defined",
    ),
    (
        "double",
        "mutant: attribute",
        '"""Thrice."""\nreturn np.tripel(x)',
        "the mutant double/attribute proves nothing: the file itself causes AttributeError: "
        "module 'numpy' has no attribute 'tripel'",
    ),
    (
        "double",
        "mutant: imported",
        '"""Thrice."""\nfrom numpy import tripel\nreturn tripel(x)',
        "the mutant double/imported proves nothing: the file itself causes ImportError: cannot "
        "import name 'tripel' from 'numpy'",
    ),
    (
        "halve",
        "alternative: floor",
        '"""Floor."""\nreturn x // 2',
        "the alternative halve/floor fails 'halve-hidden': wrong: half of 3",
    ),
    (
        "duoble",
        "mutant: tripled",
        '"""Thrice."""\nreturn 3 * x',
        "01_pair/answers/duoble.py has a name that means nothing: files are called double, halve",
    ),
]


def test_bad_answers_are_named(course):
    for exercise, heading, text, _ in BAD_CELLS:
        add(file(course, exercise), heading, text)
    problems = check(course).problems
    for _, _, _, problem in BAD_CELLS:
        assert sum(line.startswith(problem) for line in problems) == 1, problem
    assert len(problems) == len(BAD_CELLS)


HARM = [
    ("leaves", "import os\nos._exit(0)", "died", "it ended the process with status 0"),
    ("crashes", "import ctypes\nctypes.string_at(0)", "died", "killed by SIGSEGV"),
    ("exits", "raise SystemExit", "failed", "SystemExit"),
    ("recursive", "return double(x)", "failed", "RecursionError"),
    ("hoards", "return np.ones(10**11)", "failed", "Unable to allocate"),
    ("endless", "while True:\n    pass", "timeout", "still running when its time was up"),
    (
        "deaf",
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except BaseException:\n        pass",
        "timeout",
        "still running when its time was up",
    ),
]


def test_mutants_that_harm_the_process_are_killed_and_named(course):
    for name, body, _, _ in HARM:
        add(
            file(course, "double"),
            f"mutant: {name}",
            f'"""Harm: SystemExit, RecursionError, MemoryError."""\n{body}',
        )
    report = check(course)
    assert report.problems == []
    for name, _, outcome, message in HARM:
        result = row(report, f"mutant double/{name}")
        assert {result[cell].outcome for cell in ("double-test", "double-hidden")} == {outcome}
        assert message in result["double-test"].message
        after = "not run" if outcome == "timeout" else "passed"
        assert result["halve-test"].outcome == after


def test_a_mutant_failed_only_by_another_exercise_is_a_problem(course):
    edit(course, '"half of 3")', '"half of 3")\nequal(float(double(5)), 10.0, "twice 5")')
    code = '"""No scalars."""\nreturn 2 * x if np.ndim(x) else 0'
    add(file(course, "double"), "mutant: scalar", code)
    assert check(course).problems == [
        "the mutant double/scalar is failed only by other exercises: halve-hidden"
    ]


def test_what_students_see_of_a_mistake_is_as_it_says(course):
    """A mutant fails where it is seen, an edge where it is not, and neither by a slip."""
    add(file(course, "double"), "mutant: square", '"""Squared."""\nreturn x * x')
    add(file(course, "double"), "edge: thrice", '"""Thrice."""\nreturn x + x + x')
    add(file(course, "double"), "mutant: keyed", '"""By a key."""\nreturn {}["x"]')
    add(file(course, "double"), "mutant: meant", '"""By a key: a KeyError."""\nreturn {}["x"]')
    passes, keyed, thrice = check(course).problems
    assert passes == (
        "the mutant double/square passes all visible tests: add a check, or make it an edge"
    )
    assert keyed.startswith("the mutant double/keyed fails no check but ends in KeyError: if this")
    assert thrice == "the edge double/thrice fails 'double-test', which is visible: a mutant"


def test_a_hint_that_answers_no_message_is_named(course):
    helping = course.script(course.catalog[0]).with_name("help.md")
    helping.write_text(helping.read_text() + "\n### it looks like: squared\n\nSo it is.\n")
    assert check(course).problems == [
        "the hint 'it looks like: squared' of 'double' answers no message: no wrong answer gets "
        "it from a visible test"
    ]


def test_one_exercise_alone(course):
    add(file(course, "halve"), "mutant: same", '"""Right."""\nreturn x / 2')
    report = answers.check_module(course, course.catalog[0], limit=2.0, only="double")
    assert report.problems == []
    assert {variant.group for variant in report.variants} == {"double"}
    with pytest.raises(Mistake, match="has no exercise 'duoble': it has double, halve"):
        answers.check_module(course, course.catalog[0], only="duoble")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "    return 2 * x\n",
            "    return 2 * x + 1\n",
            "the reference itself fails in the cell 'double-test': wrong: twice [2, 0]\n",
        ),
        (
            'equal(float(halve(4)), 2.0, "half of 4")',
            'equal(2.0, 2.0, "half of 4")',
            "the empty release passes the graded cell 'halve-test'",
        ),
        (
            "#| export\nclass Pair:",
            "#| export\nTABLE = double(3)\nclass Pair:",
            "the empty release does not run to its end: 'number 14': NotImplementedError",
        ),
        (
            "#| export\nimport numpy as np",
            "#| export\nimport os\nos._exit(4)",
            "9 of 10 runs did not end: exit status 4",
        ),
        (
            "    ### END SOLUTION\n\n\n"
            '# %% nbgrader={"grade_id": "halve-test", "grade": true, "points": 2}',
            '\n# %% nbgrader={"grade_id": "halve-test", "grade": true, "points": 2}',
            "01_pair/answers/halve.py, line 1 (edge: floor) the cell holds 0 solution regions: "
            "there must be exactly one",
        ),
    ],
)
def test_a_broken_reference_or_release_is_a_problem(course, old, new, problem):
    edit(course, old, new)
    problems = check(course).problems
    assert problems[0].startswith(problem)


def test_graded_cells_cannot_lean_on_one_another(course):
    edit(course, "# Two numbers doubled.", "# Two numbers doubled.\nLEAN = 3")
    edit(course, "# Also graded: an odd number.", "# Also graded.\nLEAN")
    assert check(course).problems == [
        "the reference itself fails in the cell 'halve-hidden': NameError: name 'LEAN' is not "
        "defined"
    ]


def test_plain_data_beside_the_tests_is_there_and_an_experiment_is_not_run(course):
    """What tests need stands in cells of its own, as do figures, which may take long."""
    data = 'WRONG = {"squared": [4.0] * 1}\n\n# %%\nmade = double(WRONG["squared"])\n1 / 0\n\n# %% '
    test = "[markdown]\n# ## Doubling"
    edit(course, f"# %% {test}", f"# %%\n{data}{test}")
    edit(course, "# Two numbers doubled.\n", '# Two numbers doubled.\nassert WRONG["squared"]\n')
    assert check(course).problems == []


def test_matplotlib_is_not_imported_and_cells_run_as_main(course):
    asked = 'import sys\nassert "matplotlib" not in sys.modules and __name__ == "__main__"\n'
    edit(course, "# An even number.\n", f"# An even number.\n{asked}")
    assert check(course).problems == []


def test_show_prints_a_table_and_keeps_all_as_json(course):
    console, path = Console(width=100, record=True), course.root / "new" / "matrix.json"
    report.show(partial(answers.check_module, course, course.catalog[0]), path, console, True)
    text = console.export_text()
    assert "double-hidden: wrong: twice [3, -1]" in text
    assert "4 mutants, 2 edges, 2 alternatives, 0 problems" in text
    content = json.loads(path.read_text(encoding="utf-8"))
    squared = next(v for v in content["variants"] if v["name"] == "squared")
    assert (squared["group"], squared["kind"]) == ("double", "edge")
    assert squared["tests"] == ["double-test", "double-hidden"]
    said = {name: result["outcome"] for name, result in squared["results"].items()}
    assert said["double-test"] == said["halve-test"] == "passed"
    assert said["double-hidden"] == "failed"


def test_the_command_fails_when_a_mutant_survives(course, monkeypatch):
    monkeypatch.setattr("tito.course.here", lambda: course)
    monkeypatch.setattr("tito.variants.commands.chosen", lambda names: course.catalog[:1])
    assert CliRunner().invoke(app, ["mutants", "01"]).exit_code == 0
    assert course.matrix("01_pair").is_file()
    add(file(course, "double"), "mutant: same", '"""Right."""\nreturn x + x')
    result = CliRunner().invoke(app, ["mutants", "01"])
    assert result.exit_code == 1
    assert "the mutant double/same survives" in result.output
