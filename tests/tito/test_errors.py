"""A user's mistake is one sentence; a bug of the tool is shown with its traceback."""

import ast
import errno
import subprocess
import sys
from pathlib import Path

import pytest

import tito
from tito import errors
from tito.errors import Mistake, sentence
from tito.student import notebook

ROOT = Path(tito.__file__).resolve().parents[1]
# What a bug looks like: someone asks a table for what is not in it.
PLANTED = """\
import sys
from tito import cli
from tito.student import status

def progress(space, module):
    return {bug}

status.progress = progress
sys.argv = ["tito", "status"]
cli.main()
"""
BUGS = {"KeyError: 'tensor-test'": "{}['tensor-test']", "IndexError: ": "[][0]"}


@pytest.mark.parametrize(("words", "bug"), BUGS.items(), ids=["KeyError", "IndexError"])
def test_a_bug_in_a_command_shows_its_traceback(space, words, bug):
    code = PLANTED.format(bug=bug)
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=space.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback (most recent call last)")
    assert "line 6, in progress" in done.stderr
    assert done.stderr.splitlines()[-1].startswith(words)


@pytest.mark.parametrize("bug", [KeyError, IndexError, LookupError])
def test_a_bug_in_a_line_of_the_notebook_shows_its_traceback(monkeypatch, bug):
    def here():
        raise bug("tensor-test")

    monkeypatch.setattr(notebook, "_here", here)
    with pytest.raises(bug, match="tensor-test"):
        notebook.status()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Mistake("there is no module '99'"), "there is no module '99'"),
        (
            ModuleNotFoundError("no", name="nbdev.export"),
            "the package nbdev.export is missing: run",
        ),
        (ModuleNotFoundError("no", name="tito.nix"), ""),
        (ModuleNotFoundError("no"), ""),
        (OSError(errno.ENOSPC, "no room", "/a"), "/a: no room: free some space"),
        (OSError(errno.EINVAL, "invalid"), ""),
        (KeyError("tensor-test"), ""),
    ],
)
def test_a_bug_is_told_from_what_a_user_can_fix(error, told):
    said = sentence(error)
    assert said.startswith(told)
    assert bool(said) == bool(told)


def test_every_exception_of_our_own_stands_in_the_tree():
    """A class of exceptions in another place must be drawn there."""
    ours = {*exceptions(ROOT / "tito"), *exceptions(ROOT / "tinytorch_data")}
    assert {"Mistake", "Refused", "DamagedData", "DownloadFailed"} <= ours
    for name in ours:
        assert f"- {name}" in errors.__doc__


def exceptions(folder):
    """The names of the classes of exceptions that the files of a folder define."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            bases = [ast.unparse(base) for base in getattr(node, "bases", [])]
            if any(base.endswith(("Exception", "Error", "Mistake")) for base in bases):
                yield node.name
