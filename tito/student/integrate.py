"""`tito integrate`: the scenario notebooks, run on the student's own package.

A scenario trains a model and asserts that the loss falls and that every layer gets a gradient.
Which modules it needs is read off its imports.
"""

import ast
import base64
import re
from dataclasses import dataclass, field
from pathlib import Path

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from rich.markup import escape
from rich.table import Table

from tito.catalog import Module
from tito.errors import Mistake
from tito.failures import reason
from tito.files import write
from tito.imports import needed
from tito.kernel.run import Budget
from tito.notebooks import bytes_of, read_notebook
from tito.script import cells_of
from tito.student.kernel import run
from tito.student.workspace import Workspace

BUDGET = Budget(cell=600, notebook=1200)
PASSED, FAILED, WAITS = "passed", "failed", "not yet"
STYLES = {PASSED: "green", FAILED: "red", WAITS: "dim"}
ASSERTION = "AssertionError"
_FRAME = re.compile(r"tinytorch[/\\]core[/\\](\w+)\.py:(\d+)")
_STEP = re.compile(r"^step (\d+): (.+)$", re.DOTALL)


@dataclass
class Result:
    """What came of one scenario: the modules it needs, a sentence if it failed or has to wait.

    pictures: PNG files of its figures; `notebook`: the scenario with its outputs.
    """

    name: str
    modules: list[Module]
    state: str
    sentence: str = ""
    notebook: Path | None = None
    pictures: list[Path] = field(default_factory=list)


def scenarios(space: Workspace, name: str | None = None) -> list[Path]:
    """The scenario notebooks, or the one named. Raises: Mistake, saying what there is."""
    folder = space.course.scenario_notebooks
    found = sorted(folder.glob("*.ipynb"))
    chosen = [path for path in found if name in (None, path.stem, path.name)]
    if not found:
        raise Mistake(f"there are no scenario notebooks in {folder}")
    if not chosen:
        known = ", ".join(path.stem for path in found)
        raise Mistake(f"there is no scenario {name!r}: choose one of {known}")
    return chosen


def modules_of(space: Workspace, notebook: NotebookNode) -> list[Module]:
    """The modules that a scenario needs."""
    code = [cell.source for cell in cells_of(notebook) if cell.kind == "code"]
    return needed([ast.parse(source) for source in code], space.course.catalog)


def integrate(space: Workspace, path: Path) -> Result:
    """Run one scenario on the student's package, if the modules it needs are exported.

    The notebook with its outputs and its figures go to `integrate/` in the workspace.
    """
    notebook = read_notebook(path)
    modules = modules_of(space, notebook)
    missing = [module for module in modules if not space.exported(module).is_file()]
    if missing:
        return Result(path.stem, modules, WAITS, waiting_for(missing))
    folder = space.root / "integrate"
    write(folder / path.name, bytes_of(notebook))  # the kernel starts in a folder that is there
    done = run(notebook, folder, BUDGET)
    write(folder / path.name, bytes_of(done))
    sentence = why_failed(done, modules)
    state = FAILED if sentence else PASSED
    pictures = save_pictures(done, folder, path.stem)
    return Result(path.stem, modules, state, sentence, folder / path.name, pictures)


def waiting_for(missing: list[Module]) -> str:
    names = ", ".join(module.folder for module in missing)
    planned = [module.folder for module in missing if module.planned]
    if planned:
        return f"it needs {', '.join(planned)}, which is not written yet"
    return f"it needs {names}: run `tito export {missing[0].number:02d}`"


def why_failed(notebook: NotebookNode, modules: list[Module]) -> str:
    """Why a scenario failed, in words; "" if it did not.

    The first error, and what the scenario's own checks found after it: which layer's gradient died.
    Other errors after the first only follow from it.
    """
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    failures = [output for output in outputs if output.output_type == "error"]
    telling = failures[:1] + [f for f in failures[1:] if " " in f.evalue and f.ename == ASSERTION]
    said = [in_words(reason([f], notebook).text) + origin(f, modules) for f in telling]
    return "\n  ".join(said)


def in_words(text: str) -> str:
    """A message with the step it speaks of at its end: "the gradient of 0.weight is zero"."""
    found = _STEP.match(text)
    return f"{found[2]}, at step {found[1]}" if found else text


def origin(output: NotebookNode, modules: list[Module]) -> str:
    """The place in the student's package where an error was raised, with its module."""
    frames = _FRAME.findall(strip_ansi("\n".join(output.get("traceback", []))))
    for stem, line in reversed(frames):
        for module in modules:
            if module.stem == stem:
                return f" (in your module {module.folder}: tinytorch/core/{stem}.py, line {line})"
    return ""


def save_pictures(notebook: NotebookNode, folder: Path, stem: str) -> list[Path]:
    """Write a notebook's figures as PNG files, numbered; those of an earlier run are removed."""
    for old in folder.glob(f"{stem}-*.png"):
        old.unlink(missing_ok=True)
    made: list[Path] = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                made.append(folder / f"{stem}-{len(made) + 1}.png")
                write(made[-1], base64.b64decode(output["data"]["image/png"]))
    return made


def table(results: list[Result]) -> Table:
    """A row a scenario."""
    rows = Table(title="scenarios", title_justify="left")
    for name in ("scenario", "needs modules", "result"):
        rows.add_column(name)
    for result in results:
        numbers = " ".join(f"{module.number:02d}" for module in result.modules)
        rows.add_row(escape(result.name), numbers, f"[{STYLES[result.state]}]{result.state}[/]")
    return rows


def lines(results: list[Result], root: Path) -> list[str]:
    """What the table leaves out: why something failed or has to wait, and where the figures are."""
    said = [f"{result.name}: {result.sentence}" for result in results if result.sentence]
    for result in results:
        if result.notebook:
            pictures = [path.name for path in result.pictures]
            also = f" (figures: {', '.join(pictures)})" if pictures else ""
            said.append(f"see {result.notebook.relative_to(root).as_posix()}{also}")
    return said
