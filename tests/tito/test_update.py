"""`tito update`: a newer release arrives while the student is at work. Nothing may be lost."""

import json
import os
import random
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from student_work import RIGHT, edit, run, solve

from tito.authoring import build
from tito.errors import Mistake
from tito.help import steps_in
from tito.student import workspace
from tito.student.update import merged, update, update_all

NEWER = ("A module small enough", "A better module small enough")
WITHOUT_HALVE = (
    ('nbgrader={"grade_id": "halve", "solution": true}', 'tags=["given"]'),
    ('nbgrader={"grade_id": "halve-test", "grade": true, "points": 2}', ""),
    ('nbgrader={"grade_id": "halve-hidden", "grade": true, "points": 3}', ""),
    ("    ### BEGIN SOLUTION\n    return x / 2\n    ### END SOLUTION", "    return x * 0.5"),
    ("### BEGIN HIDDEN TESTS\nequal", "equal"),
    ('1.5, "half of 3")\n### END HIDDEN TESTS', '1.5, "half of 3")'),
)


@pytest.fixture
def release(course, pair):
    """Release module 01 again with texts of its script, and one of its help, replaced."""

    def again(*changes, helping=("", "")):
        script = course.script(pair)
        for path, pairs in ((script, changes), (script.with_name("help.md"), [helping])):
            text = path.read_text()
            for old, new in pairs:
                assert old in text
                text = text.replace(old, new) if old else text
            path.write_text(text)
        build.build(course, [pair])

    return again


def cells(space, module):
    return nbformat.read(space.notebook(module), as_version=4).cells


def by_name(space, module):
    return {c.metadata.get("nbgrader", {}).get("grade_id") or c.id: c for c in cells(space, module)}


def sources(space, module):
    return [cell.source for cell in cells(space, module)]


def insert(space, module, behind, *news):
    """Put the student's own cells behind a cell."""
    path = space.notebook(module)
    notebook = nbformat.read(path, as_version=4)
    place = 1 + [cell.id for cell in notebook.cells].index(behind)
    notebook.cells[place:place] = news
    nbformat.write(notebook, path)


def edit_json(space, module, change):
    """Change a notebook as no Jupyter would."""
    path = space.notebook(module)
    notebook = json.loads(path.read_text())
    change(notebook)
    path.write_text(json.dumps(notebook))


def backups(space):
    return sorted((space.marker / "backups").glob("*.ipynb"))


def test_help_is_the_new_releases(space, pair, said, release):
    """Folds of the old one, whatever they held, are gone."""
    release(helping=("### got: None", "### got: nothing"))
    update(space, pair, said.append)
    found = [title for text in sources(space, pair) for title, _ in steps_in(text)]
    assert found == ["How do I begin?", "The idea", "got: nothing"]


def test_answers_and_own_cells_move_into_the_new_release(space, pair, said, release):
    solve(space, pair, double="return x + x  # mine")
    insert(space, pair, "double-test", new_markdown_cell("a note"), new_code_cell("double(7)"))
    before = space.notebook(pair).read_bytes()
    release(NEWER, ("twice [2, 0]", "2x [2, 0]"), ("Half of `x`", "One half of `x`"))
    assert update(space, pair, said.append)
    names, texts = by_name(space, pair), sources(space, pair)
    assert names["double"].source.endswith("return x + x  # mine")
    assert "2x [2, 0]" in names["double-test"].source
    assert "One half of `x`" in names["halve"].source  # not begun: the new stub
    assert "A better module" in texts[0]
    place = [cell.id for cell in cells(space, pair)].index("double-test")
    assert texts[place + 1 : place + 3] == ["a note", "double(7)"]
    assert len(texts) == len(nbformat.read(space.course.release(pair), 4).cells) + 2
    assert [path.read_bytes() for path in backups(space)] == [before]
    assert said[-1] == (
        "01_pair/pair.ipynb is the newer release now, with your work in it; "
        f"the old notebook is kept as {backups(space)[0]}"
    )


def test_a_second_update_changes_nothing(space, pair, said, release):
    solve(space, pair, **RIGHT)
    assert not update(space, pair, said.append)
    release(NEWER)
    assert update(space, pair, said.append)
    after = space.notebook(pair).read_bytes()
    assert not update(space, pair, said.append)
    assert said[-1] == "01_pair/pair.ipynb is up to date"
    assert space.notebook(pair).read_bytes() == after
    assert len(backups(space)) == 1


def test_outputs_and_pasted_pictures_stay(space, pair, said, release):
    picture = {"image.png": {"image/png": "aGk="}}

    def paint(everything):
        everything["double"].outputs = [new_output("stream", text="seen")]
        everything["double"].execution_count = 7
        figure = next(cell for cell in everything.values() if "plt.show()" in cell.source)
        figure.outputs = [new_output("stream", text="a figure")]
        everything[0].source += "\n![mine](attachment:image.png)"
        everything[0].attachments = picture

    solve(space, pair, **RIGHT)
    edit(space, pair, paint)
    insert(space, pair, "double", new_code_cell("1", outputs=[new_output("stream", text="own")]))
    release(("half of 4", "4 halved"))
    update(space, pair, said.append)
    made = cells(space, pair)
    shown = [o.text for cell in made for o in cell.get("outputs", [])]
    assert shown == ["seen", "own", "a figure"]
    assert by_name(space, pair)["double"].execution_count == 7
    assert made[0].attachments == picture


# What does not fit


def test_a_stub_that_changed_stands_behind_the_code_that_was_kept(space, pair, said, release):
    solve(space, pair, double="return x + x")
    release(("def double(x):", "def double(x, times=1):"))
    update(space, pair, said.append)
    assert by_name(space, pair)["double"].source.endswith("return x + x")
    assert "def double(x):" in by_name(space, pair)["double"].source
    place = [cell.id for cell in cells(space, pair)].index("double")
    stub, following = cells(space, pair)[place + 1 : place + 3]
    assert "def double(x, times=1):" in stub.source
    assert following.id == "double-test"
    assert said[-1] == "double begins differently now: compare your code with the new stub"


def test_an_answer_without_the_hint_in_its_stub_is_no_other_beginning(space, pair, said, release):
    """Nor one whose docstring the student changed, while the stub stayed as it was."""

    def tidy(everything):
        everything["double"].source = everything["double"].source.replace("    # One line.\n", "")
        everything["halve"].source = everything["halve"].source.replace("Half of", "50% of")

    solve(space, pair, **RIGHT)
    edit(space, pair, tidy)
    release(
        (
            "    # One line.\n    ### BEGIN SOLUTION\n    return 2",
            "    # A single line.\n    ### BEGIN SOLUTION\n    return 2",
        )
    )
    update(space, pair, said.append)
    assert "the old notebook is kept as" in said[-1]
    assert "One line" not in by_name(space, pair)["double"].source
    assert "50% of" in by_name(space, pair)["halve"].source


def test_an_exercise_that_is_gone_leaves_its_code_at_the_end(space, pair, said, release):
    solve(space, pair, **RIGHT)
    release(*WITHOUT_HALVE)
    update(space, pair, said.append)
    *_, done, last = cells(space, pair)
    assert done.source.startswith("**Done?**")
    assert last.source.startswith("# No longer in this release, and not exported:\ndef halve(x):")
    assert last.source.endswith("return x / 2")
    assert "nbgrader" not in last.metadata
    assert said[-1] == "halve is not in this release: yours is at the notebook's end"


def test_an_exercise_that_is_gone_and_was_not_begun_leaves_nothing(space, pair, said, release):
    release(*WITHOUT_HALVE)
    update(space, pair, said.append)
    assert "the old notebook is kept as" in said[-1]
    assert sources(space, pair)[-1].startswith("**Done?**")


def test_an_exercise_with_a_new_grade_id_is_new_and_the_answer_at_the_end(
    space, pair, said, release
):
    solve(space, pair, double="return x + x")
    release(('"grade_id": "double', '"grade_id": "twice'), helping=("## double", "## twice"))
    update(space, pair, said.append)
    names = by_name(space, pair)
    assert "NotImplementedError" in names["twice"].source
    assert "double" not in names
    assert sources(space, pair)[-1].endswith("return x + x")
    assert said[-1].startswith("double is not in this release")


def test_a_given_cell_that_was_edited_is_kept(space, pair, said, release):
    """In its place if the release still has it; else at the end, where it overrides nothing."""

    def scribble(everything):
        everything[0].source += "\n\nMy name is on it."
        given = next(cell for cell in everything.values() if "class Pair" in cell.source)
        given.source += "\n        self.mine = True"
        figure = next(cell for cell in everything.values() if "plt.show()" in cell.source)
        figure.source += "\nmine"

    edit(space, pair, scribble)
    release(NEWER, ("Two numbers, joined", "A pair of numbers, joined"))
    update(space, pair, said.append)
    texts = sources(space, pair)
    assert sum("plt.show()" in text for text in texts) == 1
    assert any(text.endswith("plt.show()\nmine") for text in texts)
    prose, code = texts[-2:]
    assert "A module small enough" in prose
    assert "My name is on it." in prose
    assert code.startswith("# No longer in this release, and not exported:\nclass Pair:")
    assert "self.mine = True" in code
    assert said[-2:] == [
        "the cell '# 01 · Pairs' is not in this release: yours is at the notebook's end",
        "the cell 'class Pair:' is not in this release: yours is at the notebook's end",
    ]


def test_a_test_that_was_edited_is_the_releases_and_said(space, pair, said, release):
    def cheat(everything):
        everything["double-test"].source = "pass  # mine"

    edit(space, pair, cheat)
    release(NEWER)
    update(space, pair, said.append)
    assert by_name(space, pair)["double-test"].source.startswith("# Two numbers doubled.")
    assert "# mine" in backups(space)[0].read_text()
    assert said[-1] == ("double-test is as released: what you changed in it is in the old notebook")


def test_copies_of_a_cell(space, pair, said, release):
    """The first counts, as in a check; another with another text is one of the student's own."""
    solve(space, pair, double="return x + x")
    names = by_name(space, pair)
    first, test = names["double"], names["double-test"]
    tried = new_code_cell("#| export\ndef double(x):\n    return 3 * x", metadata=first.metadata)
    same = new_code_cell(first.source, metadata=first.metadata)
    other = new_code_cell(test.source + "\n# tried", metadata=test.metadata)
    insert(space, pair, "double-test", tried, same, other)
    release(NEWER)
    update(space, pair, said.append)
    ids = [c.metadata.get("nbgrader", {}).get("grade_id") for c in cells(space, pair)]
    texts = sources(space, pair)
    assert (ids.count("double"), ids.count("double-test")) == (1, 1)
    assert by_name(space, pair)["double"].source == first.source
    assert [texts.count(cell.source) for cell in (first, tried, other)] == [1, 1, 1]


@pytest.mark.parametrize("kind", [new_markdown_cell, new_raw_cell])
def test_an_answer_that_became_text_stands_behind_the_stub(space, pair, said, release, kind):
    path = space.notebook(pair)
    notebook = nbformat.read(path, as_version=4)
    place = [cell.id for cell in notebook.cells].index("double")
    metadata = notebook.cells[place].metadata
    notebook.cells[place] = kind("return x + x", id="double", metadata=metadata)
    nbformat.write(notebook, path)
    release(NEWER)
    update(space, pair, said.append)
    stub, mine = cells(space, pair)[place : place + 2]
    assert "NotImplementedError" in stub.source
    assert (mine.cell_type, mine.source) == (kind().cell_type, "return x + x")


def test_a_cell_that_was_deleted_comes_back(space, pair, said):
    """Even where the release is the same: without it the notebook could not be exported."""
    solve(space, pair, **RIGHT)
    edit(space, pair, lambda all_: all_["halve"].update(source="REMOVE"))
    assert update(space, pair, said.append)
    assert "NotImplementedError" in by_name(space, pair)["halve"].source
    assert by_name(space, pair)["double"].source.endswith(RIGHT["double"])
    assert not update(space, pair, said.append)


# The release that it began from is not known


def forget(notebook):
    """Make a notebook as one that came by the exchange."""
    del notebook["metadata"]["tinytorch"]


def test_without_the_release_it_began_from(space, pair, said, release):
    solve(space, pair, **RIGHT)
    insert(space, pair, "double-test", new_markdown_cell("a note"))
    edit_json(space, pair, forget)
    release(NEWER, ("def halve(x):", "def halve(x, by=2):"))
    update(space, pair, said.append)
    names, texts = by_name(space, pair), sources(space, pair)
    assert names["double"].source.endswith(RIGHT["double"])
    assert names["halve"].source.endswith(RIGHT["halve"])
    assert texts.count("a note") == 1
    assert not any("A module small" in text for text in texts)
    assert said[-1] == "halve begins differently now: compare your code with the new stub"
    assert len(texts) == len(nbformat.read(space.course.release(pair), 4).cells) + 2


@pytest.mark.parametrize(
    "mark", ["../../../etc/passwd", "0" * 12, 7, None, ["0" * 12], "0" * 12 + "\n"]
)
def test_a_mark_that_leads_nowhere_counts_as_none(space, pair, said, mark):
    solve(space, pair, **RIGHT)
    edit_json(space, pair, lambda nb: nb["metadata"].update(tinytorch={"release": mark}))
    assert update(space, pair, said.append)
    assert by_name(space, pair)["double"].source.endswith(RIGHT["double"])


def test_a_damaged_copy_of_that_release_counts_as_none(space, pair, said, release):
    solve(space, pair, **RIGHT)
    [kept] = (space.marker / "releases").iterdir()
    kept.write_text("{")
    release(NEWER)
    assert update(space, pair, said.append)
    assert by_name(space, pair)["double"].source.endswith(RIGHT["double"])


def test_a_notebook_put_back_from_the_backups_is_updated_again(space, pair, said, release):
    solve(space, pair, **RIGHT)
    release(NEWER)
    update(space, pair, said.append)
    after = sources(space, pair)
    space.notebook(pair).write_bytes(backups(space)[0].read_bytes())
    assert update(space, pair, said.append)
    assert sources(space, pair) == after


def test_cells_without_ids(space, pair, said, release):
    """As programs save them that know format 4.4 only."""

    def strip(notebook):
        notebook["nbformat_minor"] = 4
        for cell in notebook["cells"]:
            del cell["id"]
        notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "at the end"})

    edit_json(space, pair, strip)
    solve(space, pair, **RIGHT)
    release(NEWER)
    update(space, pair, said.append)
    made = nbformat.read(space.notebook(pair), as_version=4)
    nbformat.validate(made)
    assert len({cell.id for cell in made.cells}) == len(made.cells)
    assert made.cells[-1].source == "at the end"
    assert len(made.cells) == len(nbformat.read(space.course.release(pair), 4).cells) + 1
    assert by_name(space, pair)["halve"].source.endswith(RIGHT["halve"])


# Nothing is lost, whatever was done to the notebook


def write_something(dice, cells, word):
    where = dice.randrange(len(cells))
    kind = dice.choice([new_code_cell, new_markdown_cell, new_raw_cell])
    cells.insert(where, kind(word))


def change_something(dice, cells, word):
    cell = dice.choice(cells)
    cell.source = dice.choice([word, f"{cell.source}\n{word}", f"{word}\n{cell.source}"])


def copy_something(dice, cells, word):
    old = dice.choice(cells)
    copy = nbformat.from_dict({**old, "id": dice.choice([old["id"], word])})
    copy.source += f"\n{word}"
    cells.insert(dice.randrange(len(cells)), copy)


def turn_something(dice, cells, word):
    place = dice.randrange(len(cells))
    old = cells[place]
    cells[place] = new_raw_cell(f"{old.source}\n{word}", id=old.id, metadata=old.metadata)


def unname_something(dice, cells, word):
    cell = dice.choice(cells)
    cell.id = word
    cell.metadata = dice.choice([{}, cell.metadata, {"nbgrader": {}}])
    cell.source += f"\n{word}"


def move_something(dice, cells, word):
    cells.insert(dice.randrange(len(cells)), cells.pop(dice.randrange(len(cells))))


def delete_something(dice, cells, word):
    cells.pop(dice.randrange(len(cells)))


DEEDS = (
    *(write_something, change_something, copy_something, turn_something),
    *(unname_something, move_something, delete_something),
)


@pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId")
@pytest.mark.parametrize("seed", range(25))
def test_every_word_is_in_the_new_notebook_or_in_a_test_and_the_old_one(
    space, pair, said, release, seed
):
    dice = random.Random(seed)
    path = space.notebook(pair)
    notebook = nbformat.read(path, as_version=4)
    for number in range(dice.randrange(1, 12)):
        dice.choice(DEEDS)(dice, notebook.cells, f"word{number:02d}")
    if dice.random() < 0.3:
        notebook.metadata.pop("tinytorch")
    path.write_text(json.dumps(notebook))
    before = path.read_bytes()
    release(NEWER, *(WITHOUT_HALVE if seed % 2 else ()))
    update(space, pair, said.append)
    made = nbformat.read(path, as_version=4)
    nbformat.validate(made)
    assert [kept.read_bytes() for kept in backups(space)] == [before]
    released = nbformat.read(space.course.release(pair), as_version=4).cells
    in_order = [cell.id for cell in made.cells if cell.id in {cell.id for cell in released}]
    assert in_order == [cell.id for cell in released]
    text = "\n".join(cell.source for cell in made.cells)
    for cell in notebook.cells:
        grading = cell.metadata.get("nbgrader")
        is_test = isinstance(grading, dict) and grading.get("grade")
        for word in {line for line in cell.source.splitlines() if line.startswith("word")}:
            assert word in text or is_test, (word, cell)
            if word not in text:
                assert any("what you changed in it is in the old notebook" in line for line in said)


# Damage and accidents


@pytest.mark.parametrize("damage", ["{", '{"cells": 3}'])
def test_a_damaged_notebook_is_left_alone_and_stops_no_other(
    course, space, pair, total, said, release, damage
):
    workspace.start(course, total, space.root, said.append)
    space.notebook(pair).write_text(damage)
    release(NEWER)
    with pytest.raises(Mistake, match="is not a notebook any more"):
        update_all(space, None, said.append)
    assert space.notebook(pair).read_text() == damage
    assert "02_total/total.ipynb is up to date" in said


def test_a_grade_id_that_is_no_text_is_a_damaged_notebook(space, pair, said):
    edit(space, pair, lambda all_: all_["double"].metadata.nbgrader.update(grade_id=["x"]))
    with pytest.raises(Mistake, match="is not a notebook any more"):
        update(space, pair, said.append)


@pytest.mark.parametrize("writes", range(1, 4))
def test_killed_half_way_it_leaves_old_or_new(course, space, pair, release, said, writes):
    solve(space, pair, **RIGHT)
    old = space.notebook(pair).read_bytes()
    release(NEWER)
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from tito.course import Course\n"
        "from tito.catalog import Module\n"
        "from tito.student import workspace\n"
        "from tito.student.update import update\n"
        "catalog = (Module(1, 'pair', 'Pairs', {'': ('double',)}),)\n"
        "space = workspace.Workspace(Path(sys.argv[1]), Course(Path(sys.argv[2]), catalog))\n"
        "left, replace = int(sys.argv[3]), os.replace\n"
        "def killed(*names):\n"
        "    global left\n"
        "    left -= 1\n"
        "    replace(*names) if left else os._exit(9)\n"
        "os.replace = killed\n"
        "update(space, catalog[0], print)\n"
    )
    tool = str(workspace.Path(workspace.__file__).parents[2])
    command = [sys.executable, "-c", script, str(space.root), str(course.root), str(writes)]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": tool}, check=False)
    assert done.returncode == 9
    assert space.notebook(pair).read_bytes() == old
    assert update(space, pair, said.append)
    assert by_name(space, pair)["double"].source.endswith(RIGHT["double"])
    assert "A better module" in cells(space, pair)[0].source


def test_the_command(monkeypatch, capsys, course, space, pair, release):
    solve(space, pair, **RIGHT)
    release(("Twice `x`", "Two times `x`"))
    code, printed = run(monkeypatch, capsys, course, space.root, "update")
    assert code == 0
    assert "double begins differently now" in printed
    code, printed = run(monkeypatch, capsys, course, space.root, "update", "02")
    assert code == 2
    assert "is missing: `tito start 02` puts a new one there" in printed


def test_what_tests_share_is_the_releases():
    """The section `tests` is nbgrader's read-only cell: no edit of it is carried over."""
    metadata = {"nbgrader": {"grade_id": "tests", "locked": True, "grade": False}}
    mine = new_code_cell("check = print", metadata=metadata)
    fresh = new_code_cell("check = close", metadata=metadata)
    cells, remarks = merged([mine], [fresh], [])
    assert [cell.source for cell in cells] == ["check = close"]
    assert remarks == ["tests is as released: what you changed in it is in the old notebook"]
