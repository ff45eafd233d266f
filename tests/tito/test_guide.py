"""The table of the student's commands, and everything that is made from it."""

import pytest
from typer.main import get_command

import tito
from tito import guide
from tito.authoring import build, kit
from tito.catalog import find
from tito.course import here
from tito.student import commands, notebook, startpage

COURSE, TENSOR = here(), find("01")
NAMES = list(guide.COMMANDS)


def test_the_help_lists_the_table_in_its_order():
    listed = get_command(commands.app).commands
    assert list(listed) == NAMES
    assert {name: listed[name].help for name in NAMES} == {
        name: guide.COMMANDS[name].help for name in NAMES
    }


def test_a_notebook_has_those_that_can_be_called_there():
    """Each is named in the table as it is called, and says what it does to Shift-Tab."""
    defined = {name for name, value in vars(notebook).items() if hasattr(value, "__wrapped__")}
    assert defined == set(guide.in_notebooks())
    assert defined < set(dir(tito))
    for name in guide.in_notebooks():
        assert guide.COMMANDS[name].notebook.startswith(f"tito.{name}(")
        assert getattr(tito, name).__doc__.startswith(guide.COMMANDS[name].help)
    with pytest.raises(AttributeError):
        _ = tito.lab


def test_a_message_in_a_notebook_names_only_what_can_be_called_there(capsys):
    notebook.say("`tito check 01`, `tito status`, then `tito lab`")
    assert "`tito.check(1)`, `tito.status()`, then `tito lab`" in capsys.readouterr().out


@pytest.mark.parametrize("name", build.PAGES)
def test_a_page_holds_the_table(name):
    """Word for word: otherwise `tito build --check` says so, too."""
    assert guide.table() in (COURSE.root / name).read_text(encoding="utf-8")


def test_what_students_get_holds_it_with_unlock_where_there_is_something_to_unlock(space, pair):
    for solved in ((), (TENSOR,)):
        handed_out = kit.contents(COURSE, kit.Given(solved))["README.md"].decode()
        assert guide.table_of_kit(solved=bool(solved)) in handed_out
    startpage.refresh(space)
    page = (space.root / startpage.NAME).read_text(encoding="utf-8")
    assert guide.table_of_kit(solved=False) in page
    assert "unlock" not in page
    space.course.sealed(pair).parent.mkdir()
    space.course.sealed(pair).write_bytes(kit.sealed(space.course, pair, self_study=False))
    startpage.refresh(space)
    assert "| `tito unlock 01 NAME` |" in (space.root / startpage.NAME).read_text(encoding="utf-8")


def test_who_learns_alone_has_no_one_to_submit_to(space, pair):
    alone = kit.Given((TENSOR,), self_study=True)
    assert "tito submit" not in kit.contents(COURSE, alone)["README.md"].decode()
    space.course.sealed(pair).parent.mkdir()
    space.course.sealed(pair).write_bytes(kit.sealed(space.course, pair, self_study=True))
    startpage.refresh(space)
    page = (space.root / startpage.NAME).read_text(encoding="utf-8")
    assert ("tito submit" in page, "tito unlock" in page) == (False, True)
