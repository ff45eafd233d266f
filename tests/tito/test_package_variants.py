"""`tito mutants --package`: a toy course's package is broken, and two real ones of the course."""

import json
import shutil
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner
from variant_files import add

from tito.cli import app
from tito.course import Course, here
from tito.errors import Mistake
from tito.variants import package, report

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
CAUGHT = '"""Three times."""\nfunction = "double"\nold = "2 * x"\nnew = "3 * x"\n'


@pytest.fixture
def course(built_toy, tmp_path) -> Course:
    """The toy course, built, with one boundary test and one variant that it catches."""
    shutil.copytree(built_toy.root, tmp_path / "course")
    course = Course(tmp_path / "course", built_toy.catalog)
    (course.root / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    write(course, "integration/test_boundary.py", BOUNDARY)
    add(file(course), "mutant: tripled", CAUGHT)
    return course


def write(course, name, text):
    path = course.root / "tests" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def file(course):
    return course.package_variants / "01_pair.py"


def variant(course, name, **changes):
    """A mutant like CAUGHT with other values."""
    values = {"function": "double", "old": "2 * x", "new": "3 * x", **changes}
    lines = [f"{key} = {value!r}" for key, value in values.items()]
    add(file(course), f"mutant: {name}", "\n".join(['"""Wrong."""', *lines]))


def said(report, name):
    """What the tests said of a variant, and in short how many failed and passed."""
    (found,) = [variant for variant in report.variants if variant.name == name]
    return found.results


def test_a_variant_that_tests_notice_is_no_problem(course):
    report = package.check_package(course, [])
    assert report.problems == []
    ((name, result),) = said(report, "01_tripled").items()
    assert name == "tests/integration/test_boundary.py::test_quick_double"
    assert (result.outcome, result.line) == ("failed", "AssertionError: twice 3")


def test_survivors_and_variants_that_prove_nothing_are_named(course):
    variant(course, "survives", new="x * 2")
    variant(course, "slip", new="2 * y")
    variant(course, "no_import", function="Pair", old="def ", new="x = [][0]\ndef ")
    variant(course, "ends", new="__import__('os')._exit(3)")
    problems = package.check_package(course, []).problems
    assert sorted(line.partition(": ")[0] for line in problems) == [
        "the mutant 01_ends proves nothing",
        "the mutant 01_no_import proves nothing",
        "the mutant 01_slip proves nothing",
        "the mutant 01_survives survives",
    ]
    assert any("cannot be collected" in line and "IndexError" in line for line in problems)
    assert any("NameError: name 'y' is not defined" in line for line in problems)
    assert any("it ended the process with status 3" in line for line in problems)


def test_an_alternative_must_pass_every_test(course):
    add(file(course), "alternative: added", CAUGHT.replace("3 * x", "x + x"))
    add(file(course), "alternative: not_right", CAUGHT.replace("3 * x", "float(x + x) + 1"))
    found = package.check_package(course, [])
    (problem,) = found.problems
    assert problem.startswith("the alternative 01_not_right fails 'tests/integration/")
    assert problem.endswith("test_quick_double': AssertionError: twice 3")
    assert [result.outcome for result in said(found, "01_added").values()] == ["passed"] * 3
    console = Console(width=100, record=True)
    console.print(report.table(found))
    assert "all 3 tests pass" in console.export_text()


def test_a_variant_may_change_several_places(course):
    again = 'old = "3 * x"\nnew = "x + x"\n'
    add(file(course), "alternative: twice", CAUGHT + again)
    add(file(course), "mutant: wrong", CAUGHT + again.replace("3", "4"))
    found = package.check_package(course, [])
    (problem,) = found.problems
    assert problem.endswith("wants to replace what does not stand in double: '4 * x'")
    assert len(said(found, "01_twice")) == 3


def test_an_endless_variant_is_stopped(course, monkeypatch):
    monkeypatch.setattr(package, "LIMIT", 10.0)
    variant(course, "endless", old="return 2 * x", new="while True:\n        pass")
    (problem,) = package.check_package(course, ["01_endless"]).problems
    assert problem.startswith("the mutant 01_endless proves nothing: timeout: it was still running")


def test_what_tests_began_ends_with_them(course):
    noted = course.root / "pid"
    begin = "__import__('subprocess').Popen(['sleep', '300']).pid"
    variant(course, "begins", new=f"open({str(noted)!r}, 'w').write(str({begin})) and 3 * x")
    assert package.check_package(course, ["01_begins"]).problems == []
    line = Path("/proc", noted.read_text(), "cmdline")
    assert not line.exists() or line.read_bytes() == b""  # nobody may have waited for it yet


BAD_CELLS = [
    ('"""Wrong."""\nimport os', "gives no text to function, old, new: import os"),
    ('"""Wrong."""\nold = print()', "gives no text to function, old, new: old = print()"),
    ('"""Wrong."""\nmodule = "pair"', "gives no text to function, old, new: module = 'pair'"),
    (CAUGHT.replace("function", "#"), "lacks function before new"),
    (CAUGHT + "tests = 1", "gives no text to function, old, new: tests = 1"),
    (CAUGHT + 'tests = ["integration/no.py"]', "names tests/integration/no.py, which is not"),
    (CAUGHT.replace('"double"', '"Pair.duoble"'), "names the function Pair.duoble, which is not"),
    (CAUGHT.replace("2 * x", "4 * x"), "wants to replace what does not stand in double: '4 * x'"),
    (CAUGHT.replace("2 * x", "x"), "wants to replace what stands 3 times in double: 'x'"),
    (CAUGHT.replace("3 * x", "3 *"), "does not parse: invalid syntax"),
]


@pytest.mark.parametrize(("text", "problem"), BAD_CELLS, ids=[words for _, words in BAD_CELLS])
def test_a_malformed_variant_is_named(course, text, problem):
    file(course).unlink()
    add(file(course), "mutant: tripled", text)
    (line,) = package.check_package(course, []).problems
    assert line.startswith(f"tests/package/01_pair.py, line 2 (mutant: tripled) {problem}")


def test_a_file_is_named_after_a_module(course):
    file(course).rename(course.package_variants / "01_pear.py")
    assert package.check_package(course, []).problems == [
        "tests/package/01_pear.py has a name that means nothing: files are called 01_pair, 02_total"
    ]


def test_a_package_that_does_not_pass_as_it_is_proves_nothing(course):
    write(course, "integration/test_boundary.py", BOUNDARY.replace("== 6", "== 7"))
    report = package.check_package(course, [])
    (problem,) = report.problems
    assert problem.startswith("the package as it is fails 'tests/integration/")
    assert problem.endswith("test_quick_double': AssertionError: twice 3")


def test_tests_of_another_package_prove_nothing(course):
    """A test that puts the real package in front is found out by the file it imported."""
    front = f"import sys\n\nsys.path.insert(0, {str(course.root)!r})\n"
    write(course, "integration/test_boundary.py", front + BOUNDARY)
    (problem,) = package.check_package(course, []).problems
    assert problem.startswith("the package as it is proves nothing: what was tested")


def test_named_tests_and_variants_only(course):
    write(
        course,
        "01_pair/test_other.py",
        "import tinytorch.core.pair\n\n\ndef test_other():\n    assert True\n",
    )
    variant(course, "elsewhere", tests=["01_pair/test_other.py"])
    (problem,) = package.check_package(course, ["01_elsewhere"]).problems
    assert problem == (
        "the mutant 01_elsewhere survives: none of 1 tests tells it from a right answer"
    )
    read = [package.read_package(course, [name], []) for name in ("1", "01")]
    assert [variant.name for variant in read[0]] == ["01_tripled", "01_elsewhere"]
    assert read[0] == read[1]
    with pytest.raises(Mistake, match="is called 01_nothing"):
        package.check_package(course, ["01_nothing"])


def test_the_command_keeps_the_matrix_and_fails_on_a_survivor(course, monkeypatch):
    monkeypatch.setattr("tito.course.here", lambda: course)
    result = CliRunner().invoke(app, ["mutants", "--package"])
    assert result.exit_code == 0, result.output
    (row,) = json.loads(course.matrix("package").read_text(encoding="utf-8"))["variants"]
    assert (row["name"], row["why"], row["function"]) == ("01_tripled", "Three times.", "double")
    assert list(row["results"]) == ["tests/integration/test_boundary.py::test_quick_double"]
    variant(course, "survives", new="x * 2")
    result = CliRunner().invoke(app, ["mutants", "--package"])
    assert result.exit_code == 1
    assert "the mutant 01_survives survives: none of 3 tests tells it" in result.output


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
    "10_specials_split": "test_quick_special_tokens_stay_whole_and_alone",
}


@pytest.mark.parametrize(
    "modules",
    [
        ("02", "06", "07", "08"),
        pytest.param(("01", "03", "04", "05", "10"), marks=pytest.mark.slow),
    ],
)
def test_a_variant_of_each_module_of_the_course_is_caught_by_name(modules, monkeypatch):
    """A sample, with the quick tests; `make test-all` runs all variants, with all tests."""
    monkeypatch.setattr(package, "ARGUMENTS", [*package.ARGUMENTS, "-k", "quick"])
    right = "07_zero_after_the_step"
    sample = {name: words for name, words in SAMPLE.items() if name.startswith(modules)}
    report = package.check_package(here(), [*sample, right])
    assert report.problems == []
    assert len(said(report, right)) > 50
    for name, words in sample.items():
        assert words in str(said(report, name)), name
