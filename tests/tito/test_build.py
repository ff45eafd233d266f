"""`tito build` and `tito build --check` on a course of two tiny modules."""

import dataclasses

import nbformat
import pytest
from typer.testing import CliRunner

from tito.authoring import build as builder
from tito.cli import app
from tito.errors import Mistake
from tito.script import cell_id, joined

PAIR, TOTAL = "modules/01_pair/pair.py", "modules/02_total/total.py"
GENERATED = {
    "source/01_pair/pair.ipynb": PAIR,
    "release/02_total/total.ipynb": TOTAL,
    "tinytorch/core/pair.py": PAIR,
    "tinytorch/nn.py": "tito/catalog.py",
    "tinytorch/_lazy.py": "tito/lazy.py",
}


def drift(course) -> list[str]:
    """The failures about generated files: those that do not start with the name of a script."""
    scripts = ("modules/", "scenarios/")
    return [line for line in builder.check(course) if not line.startswith(scripts)]


def notebook(path):
    return nbformat.read(path, as_version=4)


def cell(path, grade_id):
    return next(cell for cell in notebook(path).cells if cell.id == grade_id)


def test_two_builds_give_the_same_bytes_in_different_folders(toy, tmp_path):
    """Otherwise a check by bytes would fail on a machine where nothing is wrong."""
    builder.build(toy, into=tmp_path / "one")
    builder.build(toy, into=tmp_path / "another" / "deeper")
    one = builder.contents(tmp_path / "one")
    assert one == builder.contents(tmp_path / "another" / "deeper")
    assert set(GENERATED) <= set(one)


def test_a_second_build_writes_nothing(toy):
    assert "source/01_pair/pair.ipynb" in builder.build(toy)
    assert builder.build(toy) == []


@pytest.mark.parametrize(("name", "authored"), GENERATED.items())
def test_check_names_the_file_that_was_changed_and_the_file_to_edit(toy, name, authored):
    builder.build(toy)
    assert drift(toy) == []
    path = toy.root / name
    path.write_text(path.read_text(encoding="utf-8").replace("e", "3", 1), encoding="utf-8")
    assert drift(toy) == [
        f"{name} is not what {authored} gives: edit {authored}, then run `tito build`"
    ]


def test_check_names_a_missing_file(toy):
    builder.build(toy)
    toy.exported(toy.modules[1]).unlink()
    assert drift(toy) == ["tinytorch/core/total.py is missing: run `tito build`"]


def test_what_a_module_left_behind_is_named_and_the_next_build_removes_it(toy):
    """A module that leaves the catalog would otherwise stay importable for ever."""
    builder.build(toy)
    smaller = dataclasses.replace(toy, catalog=toy.catalog[:1])
    lines = drift(smaller)
    assert (
        f"tinytorch/core/total.py is stale: {TOTAL} no longer generates it; run `tito build`"
        in lines
    )
    builder.build(smaller)
    assert not toy.exported(toy.modules[1]).exists()
    assert not toy.release(toy.modules[1]).parent.exists()
    assert drift(smaller) == []


def test_what_the_build_did_not_make_is_named_and_left_alone(toy):
    builder.build(toy)
    own = toy.root / "release" / "01_pair" / "answers.txt"
    own.write_text("mine", encoding="utf-8")
    assert drift(toy) == [
        "release/01_pair/answers.txt is not a generated file: move it under modules/ or scenarios/"
    ]
    builder.build(toy)
    assert own.read_text(encoding="utf-8") == "mine"


def test_every_generated_file_says_what_it_was_made_from(built_toy):
    made_from = {
        name: builder.made_from(data) for name, data in builder.contents(built_toy.root).items()
    }
    assert None not in made_from.values()
    assert made_from.items() >= GENERATED.items()


def test_the_metadata_of_a_cell_is_completed(built_toy):
    """A student may edit what is to be solved and nothing that is graded."""
    source = built_toy.source(built_toy.modules[0])
    solution = {"grade_id": "double", "solution": True, "grade": False, "locked": False}
    graded = {"grade_id": "double-test", "solution": False, "grade": True, "locked": True}
    rest = {"task": False, "schema_version": 3, "cell_type": "code"}
    assert cell(source, "double").metadata.nbgrader == solution | rest
    assert cell(source, "double-test").metadata.nbgrader == graded | rest | {"points": 2}


def test_the_notebooks_carry_a_kernel_and_a_note_and_no_more(built_toy):
    for path in (built_toy.source(built_toy.modules[0]), built_toy.release(built_toy.modules[0])):
        assert notebook(path).metadata == {
            "kernelspec": builder.KERNEL,
            "tinytorch": {"generated": f"generated from {PAIR} by `tito build`: edit that file"},
        }


def cells_made_from(text, name, given=""):
    return builder.source_notebook(joined(text, given), name).cells


def test_equal_cells_get_different_ids():
    """An id is a hash of the source; nbformat refuses a notebook in which one comes twice."""
    text = "# %%\nx = 1\n\n# %%\nx = 1\n\n# %% [markdown]\n# x = 1\n"
    cells = cells_made_from(text, "modules/x.py")
    assert len({cell.id for cell in cells}) == len(cells) == 4
    assert [c.id for c in cells_made_from(text, "elsewhere.py")] == [c.id for c in cells]


def test_every_notebook_ends_by_saying_how_to_go_on(built_toy):
    """In words of one place, in a cell of their own: behind the one the student answers in."""
    for module in built_toy.modules:
        for path in (built_toy.source(module), built_toy.release(module)):
            last = notebook(path).cells[-1]
            assert (last.cell_type, last.source) == ("markdown", builder.DONE)
    for line in ("import tito", "tito.check()", "tito.export()", "tito.status()"):
        assert f"`{line}`" in builder.DONE


def test_the_release_holds_no_solution_and_no_hidden_test(built_toy):
    for module in built_toy.modules:
        text = built_toy.release(module).read_text(encoding="utf-8")
        assert "SOLUTION" not in text
        assert "HIDDEN" not in text
    pair = built_toy.release(built_toy.modules[0])
    assert "return 2 * x" not in pair.read_text(encoding="utf-8")
    assert cell(pair, "double-hidden").source == "# Also graded: other numbers."
    stub = cell(pair, "double").source.splitlines()
    assert stub[:3] == [
        "#| export",
        "def double(x):",
        '    """Twice `x`, an array of any shape."""',
    ]
    assert stub[-1].startswith("    raise NotImplementedError(")


def test_the_build_makes_no_database(built_toy):
    assert not list(built_toy.root.rglob("*.db"))


def test_the_package_has_the_exported_cells_without_markers(built_toy):
    text = built_toy.exported(built_toy.modules[1]).read_text(encoding="utf-8")
    assert text.startswith(f"# generated from {TOTAL} by `tito build`: edit that file\n")
    assert "__all__ = ['total']" in text
    assert "from .pair import Pair" in text
    assert "    return pair.low + pair.high\n" in text
    assert "SOLUTION" not in text
    assert "close" not in text


def test_the_package_has_reasons_and_no_hints(toy):
    """A hint is the comment right above a solution; the others say something about the code."""
    script = toy.script(toy.modules[0])
    text = script.read_text(encoding="utf-8")
    hint = "    # One line.\n    ### BEGIN SOLUTION\n"
    assert hint in text
    longer = "    factor = 2  # twice\n    # One line,\n    # or two.\n    ### BEGIN SOLUTION\n"
    longer += "    # Adding x to itself would do as well.\n"
    script.write_text(text.replace(hint, longer, 1), encoding="utf-8")
    builder.build(toy)
    text = toy.exported(toy.modules[0]).read_text(encoding="utf-8")
    kept = "    factor = 2  # twice\n    # Adding x to itself would do as well.\n    return 2 * x\n"
    assert kept in text
    assert "One line" not in text


def test_one_module_is_built_by_itself(toy):
    changed = builder.build(toy, toy.modules[:1])
    assert "source/01_pair/pair.ipynb" in changed
    assert not (toy.root / "source" / "02_total").exists()


def test_a_missing_script_is_one_sentence_and_changes_nothing(toy):
    toy.script(toy.modules[1]).unlink()
    with pytest.raises(Mistake, match=f"{TOTAL} does not exist: write it, or mark module 02"):
        builder.build(toy)
    assert not (toy.root / "source").exists()
    assert any(f"{TOTAL} does not exist" in line for line in builder.check(toy))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "    return 2 * x\n",
            "    return 2 *\n",
            f"an exported cell of {PAIR} is not Python: .*in 'return 2",
        ),
        ("    ### END SOLUTION\n", "", f"nbgrader makes no release of {PAIR}: .*no end solution"),
        ("#| export", "#| exprot", f"{PAIR} exports nothing"),
    ],
)
def test_a_script_that_cannot_be_built_is_one_sentence(toy, old, new, message):
    script = toy.script(toy.modules[0])
    script.write_text(script.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(Mistake, match=f"(?is){message}"):
        builder.build(toy)


def test_the_table_in_the_readme_is_kept_in_step(toy):
    readme = toy.root / "README.md"
    readme.write_text("before\n<!-- modules -->\n<!-- /modules -->\nafter\n", encoding="utf-8")
    builder.build(toy)
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- modules -->\n")
    assert text.endswith("<!-- /modules -->\nafter\n")
    assert "| 01 | [pair](release/01_pair/pair.ipynb) | Pairs | 10 |" in text
    assert "| 03 | later | Later | | planned |" in text
    assert drift(toy) == []
    readme.write_text(text.replace("Pairs", "Peers"), encoding="utf-8")
    assert drift(toy)[0].startswith("README.md is not what tito/catalog.py gives")


@pytest.fixture
def scenario(toy):
    """The script of a scenario in the toy course, and its notebook, which is built."""
    script = toy.root / "scenarios" / "twice.py"
    script.parent.mkdir()
    script.write_text("# %% [markdown]\n# # Twice\n\n# %%\nimport tinytorch\n", encoding="utf-8")
    builder.build(toy)
    return script, toy.scenario_notebooks / "twice.ipynb"


SCENARIO, TWICE = "scenarios/twice.py", "tests/integration/notebooks/twice.ipynb"


def test_a_scenario_becomes_a_notebook_of_its_cells(scenario):
    _, path = scenario
    made = notebook(path)
    assert [(cell.cell_type, cell.source) for cell in made.cells] == [
        ("markdown", "# Twice"),
        ("code", "import tinytorch"),
    ]
    assert made.cells[1].outputs == []
    assert made.cells[0].id == cell_id("markdown", "# Twice", 1)
    note = f"generated from {SCENARIO} by `tito build`: edit that file"
    assert made.metadata == {"kernelspec": builder.KERNEL, "tinytorch": {"generated": note}}


def test_a_scenario_that_is_missing_stale_or_edited_by_hand_is_named(toy, scenario):
    script, path = scenario
    assert drift(toy) == []
    before = path.read_bytes()
    stale = f"{TWICE} is not what {SCENARIO} gives: edit {SCENARIO}, then run `tito build`"
    script.write_text(script.read_text() + "\n# %%\ntinytorch.double(1)\n", encoding="utf-8")
    assert drift(toy) == [stale]
    assert builder.build(toy, toy.modules[:1]) == [TWICE]
    assert path.read_bytes() != before
    path.write_bytes(path.read_bytes().replace(b"double", b"triple"))
    assert drift(toy) == [stale]
    path.unlink()
    assert drift(toy) == [f"{TWICE} is missing: run `tito build`"]


def test_the_notebook_of_a_scenario_that_is_gone_goes_too(toy, scenario):
    script, path = scenario
    own = path.with_name("own.ipynb")
    own.write_text("{}", encoding="utf-8")
    script.unlink()
    lines = [
        "tests/integration/notebooks/own.ipynb is not a generated file: "
        "move it under modules/ or scenarios/",
        f"{TWICE} is stale: {SCENARIO} no longer generates it; run `tito build`",
    ]
    assert drift(toy) == lines
    assert builder.build(toy) == [TWICE]
    assert not path.exists()
    assert own.exists()


def test_a_readme_without_the_table_is_left_alone(toy):
    (toy.root / "README.md").write_text("no table", encoding="utf-8")
    assert "README.md" not in builder.build(toy)


@pytest.fixture
def tito(toy, monkeypatch):
    """Run a command on the toy course: its exit status and the lines it prints."""
    monkeypatch.setattr("tito.course.here", lambda: toy)

    def run(*arguments: str) -> tuple[int, list[str]]:
        done = CliRunner().invoke(app, arguments, catch_exceptions=False)
        return done.exit_code, done.stdout.splitlines()

    return run


def test_the_command_shows_seconds_a_module_and_what_it_wrote(tito):
    status, lines = tito("build")
    assert status == 0
    assert [line.split()[0] for line in lines[:2]] == ["01_pair", "02_total"]
    assert lines[0].endswith(" s")
    assert "  tinytorch/core/pair.py" in lines


def test_the_command_that_checks_tells_by_its_exit_status(tito, monkeypatch):
    """The toy modules are too small for the contract, so its rules are put aside for the pass."""
    tito("build")
    status, lines = tito("build", "--check")
    assert status == 1
    assert "modules/01_pair/pair.py: exercises: 2 exercises: there must be 4 to 8" in lines
    monkeypatch.setattr("tito.authoring.contract.RULES", {})
    assert tito("build", "--check") == (0, ["generated files are up to date"])


def test_given_code_arrives_folded():
    text = '# %% tags=["given"]\nlong = 1\n\n# %%\nshort = 1\n'
    folded, open_, _ = cells_made_from(text, "modules/01_pair/pair.py")
    assert folded.metadata == {"tags": ["given"], "jupyter": {"source_hidden": True}}
    assert open_.metadata == {}
