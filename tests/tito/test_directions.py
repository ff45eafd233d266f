"""Which part of the tool may import which: one table, and every import of `tito/` is held to it.

Imports inside functions count as well. What is loaded by a string is not seen: `tito/cli.py` loads
the commands of every room that is there.
"""

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tito.imports import imports

TITO = Path(__file__).resolve().parents[2] / "tito"
# A room may import itself and the rooms behind its name, all of which come before it: no import
# runs up. `base` is the files at the top of tito/, but for `checks`, which grading kernels hold.
ROOMS = {
    "extra": "",  # becomes tinytorch/extra
    "lib": "",  # becomes tinytorch/lib: neither imports the tool nor is imported by it
    "checks": "",
    "kernel": "checks",
    "base": "checks kernel",
    "kernel.sandbox": "base kernel",
    "kernel.server": "base kernel kernel.sandbox",
    "student": "checks base kernel",
    "grading.configuration": "base",
    "grading.intake": "base grading.configuration",
    "grading.results": "checks base kernel.sandbox grading.intake",
    "grading.engine": "base kernel kernel.sandbox kernel.server "
    "grading.configuration grading.intake grading.results",
    "grading": "base grading.intake grading.results grading.engine",
    "variants": "base kernel.server",
    "authoring.contract": "checks base variants",  # an exercise must have answers that fit into it
    "authoring": "base variants authoring.contract",
    "demo": "checks base student grading.intake grading.results grading.engine variants",
}
# `import tito` in a notebook: the student's functions are loaded when one is asked for.
DECLARED = {("tito", "tito.student.notebook")}


def sources() -> dict[str, str]:
    """{name of a module of the tool: its text}."""
    found = {}
    for path in TITO.rglob("*.py"):
        parts = path.relative_to(TITO.parent).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = path.read_text(encoding="utf-8")
    return found


@cache
def imported(text: str) -> list[tuple[str, str]]:
    """(module, name) of each import in a text."""
    return [(one.module, one.name) for one in imports(ast.parse(text))]


def arrows(texts: dict[str, str]) -> set[tuple[str, str]]:
    """(module, module of the tool that it imports), but for the package itself and DECLARED."""
    found = set()
    for name, text in texts.items():
        for module, inner in imported(text):
            full = f"{module}.{inner}"
            found.add((name, full if full in texts else module))
    return {(a, b) for a, b in found if b in texts and b != "tito"} - DECLARED


def room(module: str) -> str:
    """The room of a module: the longest name in the table that its own begins with."""
    inner = module.removeprefix("tito").lstrip(".")
    rooms = [name for name in ROOMS if f"{inner}.".startswith(f"{name}.")]
    return max(rooms, key=len, default="base" if "." not in inner else inner)


def objections(texts: dict[str, str]) -> list[str]:
    """What is wrong with the imports of the tool, a sentence each."""
    found, graph = [], {name: set() for name in texts}
    for name, other in sorted(arrows(texts)):
        graph[name].add(other)
        here, there = room(name), room(other)
        if here != there and there not in ROOMS.get(here, "").split():
            found.append(f"{name} may not import {other}: {here} may not {there}")
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found.append(f"in a circle: {', '.join(error.args[1])}")
    return found


def test_no_import_runs_up_and_none_in_a_circle():
    assert objections(sources()) == []


def test_each_room_comes_after_those_it_may_import():
    names = list(ROOMS)
    for name, may in ROOMS.items():
        assert all(names.index(other) < names.index(name) for other in may.split()), name


def test_every_module_has_a_room_and_every_room_a_module():
    rooms = {room(name) for name in sources() if sources()[name].strip()}
    assert rooms == set(ROOMS)


@pytest.mark.parametrize(
    ("module", "line", "message"),
    [
        (
            "tito.files",
            "from tito.grading import session",
            "tito.files may not import tito.gr",
        ),
        ("tito.hints", "def f():\n    import tito.student.status", "may not import tito.student."),
        ("tito.grading.intake.source", "import tito.student.status", "may not import tito.student"),
        ("tito.grading.results.marks", "from tito.grading.engine import run", "may not import"),
        ("tito.kernel.run", "from tito.errors import Mistake", "may not import tito.errors"),
        ("tito.student.lab", "from tito.kernel.sandbox import linux", "may not import tito.kernel"),
        (
            "tito.new.room",
            "import tito.files",
            "tito.new.room may not import tito.files: new.room may",
        ),
        ("tito.errors", "def f():\n    from tito.files import write", "in a circle: tito.errors"),
    ],
)
def test_an_import_that_is_planted_is_named(module, line, message):
    texts = sources()
    texts[module] = f"{texts.get(module, '')}\n{line}\n"
    assert any(message in objection for objection in objections(texts))
