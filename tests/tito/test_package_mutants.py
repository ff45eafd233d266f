"""`tito mutants --package`: a toy course's package is broken, and two real ones of the course."""

import json
import shutil

import pytest
from rich.console import Console
from typer.testing import CliRunner

from tito.cli import app
from tito.course import Course, here
from tito.errors import Mistake
from tito.mutants import package as package_mutants
from tito.mutants import package_matrix

BOUNDARY = """
import pytest
import tinytorch
from tinytorch import double


def test_quick_double():
    assert tinytorch.double(3) == 6, "twice 3"


@pytest.mark.parametrize("number", [1, 4])
def test_pair(number):
    assert tinytorch.Pair(number).high == double(number)
"""
CAUGHT = '"""Three times."""\nmodule = "pair"\nfunction = "double"\nold = "2 * x"\nnew = "3 * x"\n'


@pytest.fixture
def course(built_toy, tmp_path) -> Course:
    """The toy course, built, with one boundary test and one variant that it catches."""
    shutil.copytree(built_toy.root, tmp_path / "course")
    course = Course(tmp_path / "course", built_toy.catalog)
    (course.root / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    write(course, "integration/test_boundary.py", BOUNDARY)
    write(course, "package_mutants/01_tripled.py", CAUGHT)
    return course


def write(course, name, text):
    path = course.root / "tests" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def variant(course, name, **changes):
    """A file like CAUGHT with other values."""
    values = {"module": "pair", "function": "double", "old": "2 * x", "new": "3 * x", **changes}
    lines = [f"{key} = {value!r}" for key, value in values.items()]
    write(course, f"package_mutants/{name}.py", "\n".join(['"""Wrong."""', *lines, ""]))


def test_a_variant_that_tests_notice_is_no_problem(course):
    report = package_mutants.check_package(course)
    assert report.problems == []
    caught = report.outcomes["01_tripled"].caught
    assert list(caught) == ["tests/integration/test_boundary.py::test_quick_double"]
    assert "twice 3" in caught["tests/integration/test_boundary.py::test_quick_double"]


def test_survivors_and_variants_that_prove_nothing_are_named(course):
    variant(course, "01_survives", new="x * 2")
    variant(course, "01_slip", new="2 * y")
    variant(course, "01_no_import", function="Pair", old="def ", new="x = [][0]\n    def ")
    variant(course, "01_ends", new="__import__('os')._exit(3)")
    problems = package_mutants.check_package(course).problems
    assert sorted(line.partition(": ")[0] for line in problems) == [
        "the variant 01_ends ended pytest with status 3",
        "the variant 01_no_import proves nothing",
        "the variant 01_slip proves nothing",
        "the variant 01_survives survives",
    ]
    assert any("cannot be collected" in line and "IndexError" in line for line in problems)
    assert any("NameError: name 'y' is not defined" in line for line in problems)


def test_a_right_variant_must_pass_every_test(course):
    passes, fails = CAUGHT.replace("3 * x", "x + x"), CAUGHT.replace("3 * x", "float(x + x) + 1")
    write(course, "package_alternatives/01_added.py", passes)
    write(course, "package_alternatives/01_not_right.py", fails)
    report = package_mutants.check_package(course)
    (problem,) = report.problems
    assert problem.startswith("the right variant 01_not_right does not pass: ")
    assert "test_quick_double: AssertionError: twice 3" in problem
    assert report.outcomes["01_added"].passed == 3
    assert [variant.name for variant in report.variants if variant.right] == [
        "01_added",
        "01_not_right",
    ]
    console = Console(width=100, record=True)
    console.print(package_matrix.table(report))
    assert "right: all 3 tests pass" in console.export_text()


def test_a_variant_may_change_several_places(course):
    both = CAUGHT + 'also = [("double", "3 * x", "x + x")]\n'
    write(course, "package_alternatives/01_twice.py", both)
    wrong = CAUGHT + 'also = [("double", "4 * x", "x + x")]\n'
    write(course, "package_mutants/01_tripled.py", wrong)
    report = package_mutants.check_package(course)
    (problem,) = report.problems
    assert problem.endswith("01_tripled.py wants to replace what stands 0 times in double: '4 * x'")
    assert report.outcomes["01_twice"].problem == ""


def test_an_endless_variant_is_stopped(course, monkeypatch):
    monkeypatch.setattr(package_mutants, "LEAST_LIMIT", 3.0)
    monkeypatch.setattr(package_mutants, "BASELINES", 1)
    variant(course, "01_endless", old="return 2 * x", new="while True:\n        pass")
    (problem,) = package_mutants.check_package(course, ["01_endless"]).problems
    assert problem.startswith("the variant 01_endless was still running after ")


BAD_FILES = [
    ("old = 1\n", "has no docstring"),
    ('"""Wrong."""\nimport os\n', "holds more than plain assignments: import os"),
    ('"""Wrong."""\nold = print()\n', "needs a plain value: old = print()"),
    ('"""Wrong."""\nold = "a\n', "does not parse"),
    (CAUGHT + "odd = 1\n", "assigns odd: it takes module, function, old, new, also, tests"),
    (CAUGHT.replace("new", "#"), "lacks new: it takes"),
    (CAUGHT + "tests = 1\n", "assigns tests no list: 1"),
    (CAUGHT + 'tests = ["integration/no.py"]\n', "names tests/integration/no.py, which is not"),
    (CAUGHT.replace("pair", "total"), "breaks 'total': its name begins with that module's number"),
    (CAUGHT.replace('"double"', '"Pair.duoble"'), "names the function Pair.duoble, which is not"),
    (CAUGHT.replace("2 * x", "4 * x"), "wants to replace what stands 0 times in double: '4 * x'"),
    (CAUGHT.replace("2 * x", "x"), "wants to replace what stands 3 times in double: 'x'"),
    (CAUGHT.replace("3 * x", "2 * x"), "changes nothing: old and new are the same"),
    (CAUGHT.replace("3 * x", "3 *"), "makes what does not parse: invalid syntax"),
]


@pytest.mark.parametrize(("text", "problem"), BAD_FILES, ids=[words for _, words in BAD_FILES])
def test_a_malformed_file_is_named(course, text, problem):
    write(course, "package_mutants/01_tripled.py", text)
    (line,) = package_mutants.check_package(course).problems
    assert line.startswith(f"the file tests/package_mutants/01_tripled.py {problem}")


def test_a_package_that_does_not_pass_as_it_is_proves_nothing(course):
    write(course, "integration/test_boundary.py", BOUNDARY.replace("== 6", "== 7"))
    report = package_mutants.check_package(course)
    (problem,) = report.problems
    assert problem.startswith("the package as it is does not pass: ")
    assert "test_quick_double: AssertionError: twice 3" in problem
    assert not report.outcomes


def test_tests_of_another_package_prove_nothing(course):
    """A test that puts the real package in front is found out by the file it imported."""
    front = f"import sys\n\nsys.path.insert(0, {str(course.root)!r})\n"
    write(course, "integration/test_boundary.py", front + BOUNDARY)
    (problem,) = package_mutants.check_package(course).problems
    assert problem.startswith("the package as it is proves nothing: what was tested")


def test_named_tests_and_variants_only(course):
    write(
        course,
        "01_pair/test_other.py",
        "import tinytorch.core.pair\n\n\ndef test_other():\n    assert True\n",
    )
    variant(course, "01_elsewhere", tests=["01_pair/test_other.py"])
    (problem,) = package_mutants.check_package(course, ["01_elsewhere"]).problems
    assert problem == "the variant 01_elsewhere survives: 1 tests pass"
    with pytest.raises(Mistake, match="is called 01_nothing"):
        package_mutants.check_package(course, ["01_nothing"])


def test_the_command_keeps_matrix_and_figure_and_fails_on_a_survivor(course, monkeypatch):
    monkeypatch.setattr("tito.course.here", lambda: course)
    result = CliRunner().invoke(app, ["mutants", "--package"])
    assert result.exit_code == 0, result.output
    made = course.root / "build" / "mutants"
    (row,) = json.loads((made / "package.json").read_text(encoding="utf-8"))["variants"]
    assert (row["name"], row["why"], row["function"]) == ("01_tripled", "Three times.", "double")
    assert list(row["caught_by"]) == ["tests/integration/test_boundary.py::test_quick_double"]
    assert (made / "package.png").read_bytes().startswith(b"\x89PNG")
    variant(course, "01_survives", new="x * 2")
    result = CliRunner().invoke(app, ["mutants", "--package"])
    assert result.exit_code == 1
    assert "the variant 01_survives survives: 3 tests pass" in result.output


# One variant a module, and words of the message that catches it.
SAMPLE = {
    "01_mean_divides_by_everything": "the gradient of 'x' is wrong",
    "02_index_overwrites": "the gradient of 'table' is wrong",
    "03_linear_bias_without_gradient": "the gradient of '0.bias' of Linear(",
    "04_ignored_targets_count": "rows to be ignored have gradients",
    "05_labels_not_shuffled": "test_quick_every_example_is_seen_once_an_epoch_with_its_own_label",
    "06_rate_computed_not_applied": "test_quick_the_rate_follows_the_formula",
    "07_forward_twice": "test_quick_each_batch_is_passed_forward_once",
    "08_running_var_biased": "after step 1: 0.1.running_var",
}


@pytest.mark.parametrize(
    "modules",
    [("02", "06", "07", "08"), pytest.param(("01", "03", "04", "05"), marks=pytest.mark.slow)],
)
def test_a_variant_of_each_module_of_the_course_is_caught_by_name(modules):
    """A sample, with the quick tests; `make test-all` runs all variants, with all tests."""
    right = "07_zero_after_the_step"
    sample = {name: words for name, words in SAMPLE.items() if name.startswith(modules)}
    report = package_mutants.check_package(here(), [*sample, right], keyword="quick")
    assert report.problems == []
    assert report.outcomes[right].passed > 50
    for name, words in sample.items():
        assert words in str(report.outcomes[name].caught), name
    console = Console(width=100, record=True)
    console.print(package_matrix.table(report))
    assert ("repeated_rows" in console.export_text()) == ("02" in modules)
