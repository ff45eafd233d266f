"""What the tests of the student's commands share: a student who edits, solves and types."""

import sys

import nbformat
import pytest

from tito import cli

RIGHT = {"double": "return 2 * x", "halve": "return x / 2"}


def edit(space, module, change):
    """Change the student's notebook: `change` gets {grade id, else place: cell}."""
    path = space.notebook(module)
    notebook = nbformat.read(path, as_version=4)
    cells = notebook.cells
    change({c.metadata.get("nbgrader", {}).get("grade_id") or k: c for k, c in enumerate(cells)})
    notebook.cells = [cell for cell in cells if cell.source != "REMOVE"]
    nbformat.write(notebook, path)


def solve(space, module, **answers):
    """Put answers where the stubs are."""

    def change(cells):
        for name, answer in answers.items():
            head, stub, _ = cells[name].source.partition("# YOUR CODE HERE")
            assert stub
            cells[name].source = head + answer

    edit(space, module, change)


def run(monkeypatch, capsys, course, folder, *arguments):
    """Run the command line in a folder: its exit status and what it printed."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr("tito.course.here", lambda: course)
    monkeypatch.setattr(sys, "argv", ["tito", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    printed = capsys.readouterr()
    return end.value.code, " ".join((printed.out + printed.err).split())
