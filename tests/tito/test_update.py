"""`tito update`: a newer release arrives while the student is at work. Nothing may be lost."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from student_work import RIGHT, edit, run, solve

from tito.authoring import build
from tito.errors import Mistake
from tito.student import selfcheck, workspace
from tito.student.update import update, update_all


@pytest.fixture
def release(course, pair):
    """Release module 01 anew with texts of its script replaced."""

    def again(*changes):
        script = course.script(pair)
        text = script.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        script.write_text(text)
        build.build(course, [pair])

    return again


def cells(space, module):
    return nbformat.read(space.notebook(module), as_version=4).cells


def by_name(space, module):
    return {c.metadata.get("nbgrader", {}).get("grade_id") or c.id: c for c in cells(space, module)}


def insert(space, module, behind, *news):
    """Put the student's own cells behind a cell."""
    path = space.notebook(module)
    notebook = nbformat.read(path, as_version=4)
    place = 1 + [cell.id for cell in notebook.cells].index(behind)
    notebook.cells[place:place] = news
    nbformat.write(notebook, path)


def backups(space):
    return sorted((space.marker / "backups").glob("*.ipynb"))


def test_answers_and_own_cells_move_into_the_new_release(space, pair, said, release):
    solve(space, pair, double="return x + x  # mine")
    insert(space, pair, "double-test", new_markdown_cell("a note"), new_code_cell("double(7)"))
    before = space.notebook(pair).read_bytes()
    release(
        ("A module small enough", "A better module small enough"), ("twice [2, 0]", "2x [2, 0]")
    )
    assert update(space, pair, said.append)
    names = by_name(space, pair)
    assert names["double"].source.endswith("return x + x  # mine")
    assert "2x [2, 0]" in names["double-test"].source
    assert "A better module" in cells(space, pair)[0].source
    assert "A module small" not in space.notebook(pair).read_text()
    ids = [cell.id for cell in cells(space, pair)]
    place = ids.index("double-test")
    assert [c.source for c in cells(space, pair)[place + 1 : place + 3]] == ["a note", "double(7)"]
    assert [path.read_bytes() for path in backups(space)] == [before]
    assert "the text or the tests of double changed: read them again" in said
    assert not any("stub" in line or "halve" in line for line in said)
    nbformat.validate(nbformat.read(space.notebook(pair), as_version=4))


def test_a_second_update_changes_nothing(space, pair, said, release):
    solve(space, pair, **RIGHT)
    assert not update(space, pair, said.append)
    release(("Twice `x`", "Two times `x`"))
    assert update(space, pair, said.append)
    after = space.notebook(pair).read_bytes()
    assert not update(space, pair, said.append)
    assert said[-1] == "01_pair/pair.ipynb is up to date"
    assert space.notebook(pair).read_bytes() == after
    assert len(backups(space)) == 1


def test_a_stub_that_changed_is_shown_beside_the_code_kept(space, pair, said, release):
    solve(space, pair, double="return x + x")
    release(("def double(x):", "def double(x, times=1):"), ("Half of `x`", "One half of `x`"))
    update(space, pair, said.append)
    names = by_name(space, pair)
    assert names["double"].source.endswith("return x + x")
    assert "def double(x):" in names["double"].source
    everything = cells(space, pair)
    place = [cell.id for cell in everything].index("double")
    assert "def double(x, times=1):" in everything[place + 1].source
    assert everything[place + 2].id == "double-test"
    assert "the stub of double changed: your code was kept, compare the two" in said
    assert "  -def double(x):" in said
    assert "  +def double(x, times=1):" in said
    assert "One half of `x`" in names["halve"].source  # not begun: the new stub stands there
    assert not any("halve" in line for line in said)


def test_an_exercise_that_vanished_leaves_its_code_at_the_end(space, pair, said, release):
    solve(space, pair, **RIGHT)
    release(
        ('nbgrader={"grade_id": "halve", "solution": true}', 'tags=["given"]'),
        ('nbgrader={"grade_id": "halve-test", "grade": true, "points": 2}', ""),
        ('nbgrader={"grade_id": "halve-hidden", "grade": true, "points": 3}', ""),
        ("    ### BEGIN SOLUTION\n    return x / 2\n    ### END SOLUTION", "    return x * 0.5"),
        ("### BEGIN HIDDEN TESTS\nequal", "equal"),
        ('1.5, "half of 3")\n### END HIDDEN TESTS', '1.5, "half of 3")'),
    )
    update(space, pair, said.append)
    *_, end, note, last = cells(space, pair)
    assert end.source.startswith("**Done?**")
    assert "the exercise `halve` is not in this release any more" in note.source
    assert last.source.endswith("return x / 2")
    assert "#| export" not in last.source
    assert "nbgrader" not in last.metadata
    assert any("your code stands at the notebook's end" in line for line in said)


def test_an_exercise_that_was_renamed_keeps_its_answer(space, pair, said, release):
    solve(space, pair, double="return x + x")
    release(('"grade_id": "double', '"grade_id": "twice'))
    update(space, pair, said.append)
    names = by_name(space, pair)
    assert names["twice"].source.endswith("return x + x")
    assert "double" not in names
    assert "the exercise double is called twice now" in said
    assert selfcheck.check(space, pair).outcomes[0].status == "passed"


def test_a_cell_of_the_release_that_was_edited_is_kept(space, pair, said, release):
    def scribble(everything):
        everything[0].source += "\n\nMy name is on it."

    edit(space, pair, scribble)
    release(("A module small", "A tiny module small"))
    update(space, pair, said.append)
    texts = [cell.source for cell in cells(space, pair)]
    assert sum("My name is on it." in text for text in texts) == 1
    assert sum("A tiny module small" in text for text in texts) == 1


def test_a_reflection_answered_in_place_stays_there(space, pair, said, release):
    given = [c for c in cells(space, pair) if c.cell_type == "markdown"][1]
    edit(
        space,
        pair,
        lambda all_: [c.update(source="mine") for c in all_.values() if c.id == given.id],
    )
    release(("A module small", "A tiny module small"))
    update(space, pair, said.append)
    assert by_name(space, pair)[given.id].source == "mine"


def test_copies_of_a_cell(space, pair, said, release):
    solve(space, pair, double="return x + x")
    first = by_name(space, pair)["double"]
    tried = new_code_cell("#| export\ndef double(x):\n    return 3 * x", metadata=first.metadata)
    same = new_code_cell(first.source, metadata=first.metadata)
    insert(space, pair, "double-test", tried, same)
    release(("A module small", "A tiny module small"))
    update(space, pair, said.append)
    names = [c.metadata.get("nbgrader", {}).get("grade_id") for c in cells(space, pair)]
    assert names.count("double") == 1
    assert by_name(space, pair)["double"].source == first.source
    assert [c.source for c in cells(space, pair)].count(tried.source) == 1


def forget(space, module):
    """Make a notebook as it was before releases were noted."""
    path = space.notebook(module)
    notebook = json.loads(path.read_text())
    del notebook["metadata"]["tinytorch"]
    path.write_text(json.dumps(notebook))


def test_without_the_release_it_began_from(space, pair, said, release):
    solve(space, pair, **RIGHT)
    insert(space, pair, "double-test", new_markdown_cell("a note"))
    forget(space, pair)
    release(("A module small", "A tiny module small"), ("def halve(x):", "def halve(x, by=2):"))
    update(space, pair, said.append)
    names, texts = by_name(space, pair), [cell.source for cell in cells(space, pair)]
    assert names["double"].source.endswith(RIGHT["double"])
    assert names["halve"].source.endswith(RIGHT["halve"])
    assert texts.count("a note") == 1
    assert not any("A module small" in text for text in texts)
    assert "the stub of halve changed: your code was kept, compare the two" in said
    assert not any("double" in line for line in said)


@pytest.mark.parametrize(
    "mark", ["../../../etc/passwd", "0" * 12, 7, None, ["0" * 12], "0" * 12 + "\n"]
)
def test_a_mark_that_leads_nowhere_counts_as_none(space, pair, said, mark):
    solve(space, pair, **RIGHT)
    path = space.notebook(pair)
    notebook = json.loads(path.read_text())
    notebook["metadata"]["tinytorch"] = {"release": mark}
    path.write_text(json.dumps(notebook))
    assert update(space, pair, said.append)
    assert by_name(space, pair)["double"].source.endswith(RIGHT["double"])


def test_a_notebook_put_back_from_the_backups_is_updated_again(space, pair, said, release):
    solve(space, pair, **RIGHT)
    release(("Twice `x`", "Two times `x`"))
    update(space, pair, said.append)
    after = space.notebook(pair).read_bytes()
    space.notebook(pair).write_bytes(backups(space)[0].read_bytes())
    assert update(space, pair, said.append)
    again = [cell.source for cell in cells(space, pair)]
    assert again == [cell.source for cell in nbformat.reads(after.decode(), 4).cells]


def test_cells_without_ids_and_with_the_same_id(space, pair, said, release):
    path = space.notebook(pair)
    notebook = json.loads(path.read_text())
    notebook["nbformat_minor"] = 4
    for cell in notebook["cells"]:
        cell.pop("id")
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "at the end"})
    path.write_text(json.dumps(notebook))
    solve(space, pair, **RIGHT)
    release(("A module small", "A tiny module small"))
    update(space, pair, said.append)
    made = nbformat.read(path, as_version=4)
    nbformat.validate(made)
    assert len({cell.id for cell in made.cells}) == len(made.cells)
    assert made.cells[-1].source == "at the end"
    assert not any("A module small" in cell.source for cell in made.cells)
    assert len(made.cells) == len(nbformat.read(space.course.release(pair), 4).cells) + 1
    assert by_name(space, pair)["halve"].source.endswith(RIGHT["halve"])


@pytest.mark.parametrize("damage", ["{", '{"cells": 3}'])
def test_a_damaged_notebook_is_left_alone_and_stops_no_other(
    course, space, pair, total, said, release, damage
):
    workspace.start(course, total, space.root, said.append)
    space.notebook(pair).write_text(damage)
    release(("A module small", "A tiny module small"))
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
    release(("A module small", "A tiny module small"))
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
    assert "A tiny module" in cells(space, pair)[0].source


def test_the_command(monkeypatch, capsys, course, space, pair, release):
    solve(space, pair, **RIGHT)
    release(("Twice `x`", "Two times `x`"))
    code, printed = run(monkeypatch, capsys, course, space.root, "update")
    assert code == 0
    assert "the stub of double changed" in printed
    code, printed = run(monkeypatch, capsys, course, space.root, "update", "02")
    assert code == 2
    assert "is missing: `tito start 02` puts a new one there" in printed
