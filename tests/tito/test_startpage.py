"""The start page, and the settings with which JupyterLab opens for students."""

import json
import os
import re
from pathlib import Path

import pytest
from student_work import RIGHT, run, solve

from tito.authoring import kit
from tito.course import GUIDE
from tito.errors import Mistake
from tito.settings import student_config
from tito.student import lab, startpage, workspace


def page(space) -> str:
    return (space.root / startpage.NAME).read_text()


def links(text: str) -> list[str]:
    return re.findall(r"\]\(([^)]+)\)", text)


def test_lab_makes_the_folder_and_its_page(monkeypatch, capsys, course, tmp_path):
    status, printed = run(monkeypatch, capsys, course, tmp_path, "lab", "--in", "work")
    assert status == 0
    assert f"next: run `tito lab` in {tmp_path / 'work'} and open START.md" in printed
    space = workspace.Workspace(tmp_path / "work", course)
    assert "| 01_pair | Pairs | not started |" in page(space)
    assert "**Next:** `tito start 01` begins 01_pair" in page(space)
    assert links(page(space)) == []
    assert (space.root / "nbgrader_config.py").is_file()


def test_lab_refuses_the_course_itself(monkeypatch, capsys, course):
    status, printed = run(monkeypatch, capsys, course, course.root, "lab")
    assert status == 2
    assert "belongs to the course itself" in printed
    assert not (course.root / startpage.NAME).exists()


def test_every_command_that_changes_something_writes_it_anew(
    monkeypatch, capsys, course, pair, tmp_path
):
    folder = tmp_path / "work"
    folder.mkdir()
    space = workspace.Workspace(folder, course)
    seen = []
    for arguments in (
        ["start", "01", "--no-lab"],
        ["check", "01"],
        ["export", "01"],
        ["submit", "01", "--student", "student-01"],
        ["reset", "01", "--yes"],
    ):
        if arguments[0] == "check":
            solve(space, pair, **RIGHT)
        run(monkeypatch, capsys, course, folder, *arguments)
        seen.append(next(line for line in page(space).splitlines() if "[01_pair]" in line))
    assert [links(line) for line in seen] == [["01_pair/pair.ipynb"]] * 5
    rows = [line.split(" | ")[2:6] for line in seen]
    assert rows[0] == ["0 of 2", "0/4", "10", "no"]
    assert rows[1] == ["2 of 2", "4/4", "0", "no"] or rows[1] == ["2 of 2", "4/4", "-", "no"]
    assert rows[2][3] == "yes"
    assert re.search(r"\| 20\d\d-\d\d-\d\d \|$", seen[3])
    assert rows[4][0] == "0 of 2"


def test_a_notebook_that_is_damaged_is_said_and_nothing_of_it_is_markup(space, pair, course):
    space.notebook(pair).write_text("<script>alert(1)</script>")
    space.remember(submitted={"pair": "<b>[x](y)|"})
    startpage.refresh(space)
    assert "cannot be read" in page(space)
    assert "<b>" not in page(space)
    assert links(page(space)).count("y") == 0


def test_a_page_that_cannot_be_written(space):
    (space.root / startpage.NAME).mkdir()
    with pytest.raises(Mistake, match=r"START.md cannot be written"):
        startpage.refresh(space)


# JupyterLab's settings


def test_the_settings_come_before_those_of_the_user(monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/mine")
    paths = lab.environment()["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert paths == [str(lab.SETTINGS), "/mine"]
    files = sorted(lab.SETTINGS.rglob("*.json"))
    assert len(files) == 3
    for path in files:
        assert json.loads(path.read_text())


def test_a_path_with_odd_letters(tmp_path):
    root = tmp_path / "my work #1"
    options = lab.options(root, root / "01_pair" / "a b.ipynb")
    assert options[1] == "--LabApp.default_url=/lab/tree/01_pair/a%20b.ipynb"


# The exchange


@pytest.mark.parametrize("shared", [True, False])
def test_a_kit_knows_a_shared_exchange_only(course, tmp_path, monkeypatch, shared):
    """One inside the course is the instructor's own; then Assignment List would list nothing."""
    root = tmp_path / "shared" if shared else course.root / "exchange"
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.Exchange.root = {str(root)!r}\n")
    assert kit.shared_exchange(course) == (root if shared else None)
    text = student_config(course, kit.shared_exchange(course))
    assert (f"c.Exchange.root = {str(root)!r}" in text) == shared
    page = (lab.SETTINGS / "labconfig" / "page_config.d" / "tinytorch.json").read_bytes()
    name = "@jupyter/nbgrader:assignment-list"
    assert name not in json.loads(page)["disabledExtensions"]
    assert json.loads(kit.without_assignment_list(page))["disabledExtensions"][name] is True
    assert Path(kit.PAGE).name == "tinytorch.json"


def test_the_page_speaks_of_an_exchange_where_there_is_one(space, course):
    startpage.refresh(space)
    assert "Assignment List" in page(space)
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace("c.Exchange.root", "unused"))
    startpage.refresh(space)
    assert "Assignment List" not in page(space)


def test_the_guide_lies_beside_it_where_there_is_one(space):
    startpage.refresh(space)
    assert "GUIDE.md" not in page(space)
    guide = space.course.file(GUIDE)
    guide.parent.mkdir()
    guide.write_text("# The guide\n")
    startpage.refresh(space)
    assert "GUIDE.md" in links(page(space))
    assert (space.root / "GUIDE.md").read_text() == "# The guide\n"
