"""Ready-made code of a module in `given.py`, and the lines of the script that put it in place."""

import nbformat
import pytest

from tito.authoring import build, contract
from tito.errors import Mistake
from tito.script import Section, cells_of, joined, parse, read, sections

GIVEN = '''"""What is given."""

# %% given: helper "helper: one more"
#| export
def helper(x):
    return x + 1


# %% given: numbers "numbers to try"
numbers = [1, 2]
'''
SCRIPT = """# %% [markdown]
# # A module

# %% given: numbers

# %%
own = numbers[0]

# %% given: helper
"""


def test_a_line_of_the_script_stands_for_a_folded_cell():
    """Titled, and exported or not as the section says."""
    _, numbers, own, helper = parse(SCRIPT, GIVEN)
    assert numbers.source == "#| given: numbers to try (1 line)\nnumbers = [1, 2]"
    assert helper.source == (
        "#| given: helper: one more (2 lines)\n#| export\ndef helper(x):\n    return x + 1"
    )
    assert (numbers.tags, helper.tags, own.tags) == (("given",), ("given",), ())
    assert (numbers.is_exported, helper.is_exported) == (False, True)
    assert own.source == "own = numbers[0]"


def test_the_section_of_the_tests_is_read_only():
    """nbgrader's read-only cell: grading has it as it was written, whatever a submission did."""
    text, given = "# %% given: tests\n", '# %% given: tests "helpers"\nanswers = [1, 2]\n'
    (cell,) = parse(text, given)
    assert cell.is_read_only
    made = build.source_notebook(joined(text, given), "modules/01_x/x.py").cells[0]
    assert (made.id, made.metadata.tags) == ("tests", ["given"])
    assert made.metadata.nbgrader == {
        **{"grade_id": "tests", "locked": True, "grade": False, "solution": False, "task": False},
        **{"schema_version": 3, "cell_type": "code"},
    }


def test_sections_are_read_in_order_without_the_blank_lines_around_them():
    assert list(sections(GIVEN).items()) == [
        ("helper", Section("helper: one more", "#| export\ndef helper(x):\n    return x + 1")),
        ("numbers", Section("numbers to try", "numbers = [1, 2]")),
    ]
    assert sections("") == {}


@pytest.mark.parametrize(
    ("script", "given", "message"),
    [
        (SCRIPT, "", "given: numbers` asks for a section, but there is no given.py beside"),
        (
            SCRIPT.replace("given: helper", "given: helpers"),
            GIVEN,
            "given: helpers` asks for a section that given.py has not: it has helper, numbers",
        ),
        (
            SCRIPT.replace("# %% given: helper", ""),
            GIVEN,
            "nothing uses the section `helper` of given.py: put a line `# %% given: helper`",
        ),
        (
            SCRIPT.replace("given: helper", "given helper"),
            GIVEN,
            "nothing uses the section `helper` of given.py",
        ),
        (SCRIPT + "\n# %% given: helper\n", GIVEN, "given: helper` stands there twice"),
        (SCRIPT + "more = 1\n", GIVEN, "code stands below `# %% given: helper`: begin a cell"),
        (SCRIPT, GIVEN.replace("numbers = [1, 2]", "# none"), "section `numbers` .* is empty"),
        (SCRIPT, GIVEN.replace("given: numbers", "given: helper"), "two sections `helper`"),
        (SCRIPT, GIVEN.replace(' "numbers to try"', ""), "`# %% given: numbers` begins no section"),
        (SCRIPT, GIVEN + "\n# %%\nmore = 1\n", "the line `# %%` begins no section"),
        (SCRIPT, "import os\n" + GIVEN, "code stands in given.py before the first section"),
    ],
)
def test_what_does_not_fit_is_one_sentence(script, given, message):
    with pytest.raises(Mistake, match=message):
        joined(script, given)


@pytest.fixture
def split(toy):
    """The toy course, where the class that module 01 gives stands in a given.py."""
    script = toy.script(toy.modules[0])
    text, mark, pair = script.read_text(encoding="utf-8").rpartition("# %%\n")
    assert mark, "the class is the last cell"
    script.write_text(f"{text}# %% given: pair\n", encoding="utf-8")
    given = f'# %% given: pair "Pair: two numbers"\n{pair}'
    script.with_name("given.py").write_text(given, encoding="utf-8")
    return toy


def test_all_who_read_a_module_see_the_whole_of_it(split, built_toy):
    """The package is what it was; nbdev leaves the title out."""
    module = split.modules[0]
    assert read(split.script(module))[-1].is_exported
    build.build(split)
    made, before = (course.exported(module).read_text() for course in (split, built_toy))
    assert "class Pair:" in made
    assert [line for line in made.splitlines() if not line.startswith("# %%")] == [
        line for line in before.splitlines() if not line.startswith("# %%")
    ]
    lines = contract.check(split, (module,))
    assert {line.split(": ")[1] for line in lines} == {
        "exercises",
        "figures",
        "ladder",
        "points",
        "reflection",
        "variants",
    }


def test_the_notebooks_hold_the_section_folded(split):
    build.build(split)
    module = split.modules[0]
    for path in (split.source(module), split.release(module)):
        notebook = nbformat.read(path, as_version=4)
        (cell,) = (cell for cell in notebook.cells if "given" in cell.metadata.get("tags", ()))
        assert cell.metadata == {"tags": ["given"], "jupyter": {"source_hidden": True}}
        assert cell.source.splitlines()[0] == "#| given: Pair: two numbers (5 lines)"
        assert cells_of(notebook)[-2].source == cell.source


def test_build_and_check_name_the_script_once(split):
    script = split.script(split.modules[0])
    script.write_text(script.read_text(encoding="utf-8") + "\n# %% given: pear\n", encoding="utf-8")
    message = (
        "modules/01_pair/pair.py: `# %% given: pear` asks for a section that given.py has not: "
        "it has pair"
    )
    with pytest.raises(Mistake) as caught:
        build.build(split)
    assert str(caught.value) == message
    assert [line for line in build.check(split) if "given" in line] == [message]
