"""Whether a module fails because of one before it: their visible tests, on what was exported.

It is asked only where something failed. Then one kernel runs the release's tests of all modules
that this one stands on, without their demonstrations, on the package that this one has imported.
"""

import ast

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from tito.catalog import Module
from tito.checks import UNSOLVED
from tito.failures import reason
from tito.kernel.run import Budget
from tito.notebooks import release_cells
from tito.script import Cell, exercises, runs
from tito.settings import cell_limit
from tito.student.kernel import run
from tito.student.workspace import Workspace

# The names that the cells of an earlier notebook find are those of the exported module.
_NAMES = """\
import tinytorch.core.{stem} as exported
globals().update({{name: value for name, value in vars(exported).items() if name[:2] != "__"}})
"""
_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def blamed(space: Workspace, module: Module, stubs: bool = False) -> str:
    """A sentence that names the first earlier module that fails its own tests; "" if none does.

    stubs: whether an exercise that was exported unsolved counts as well.
    """
    standing_on = [m for m in space.course.modules if m.number in module.imports]
    mine = [m for m in standing_on if m.stem not in space.unlocked]
    cells = [(m, name, cell) for m in mine for name, cell in tests_of(space, m)]
    if not cells:
        return ""
    limit = cell_limit(space.course)
    whole = new_notebook(cells=[cell for _, _, cell in cells])
    done = run(whole, space.root, Budget(cell=limit, notebook=2 * limit))
    for (earlier, name, _), cell in zip(cells, done.cells, strict=True):
        what = reason(cell.outputs, done).what
        # A name that is not there is one that this run has left out.
        passed = not name or not what or what.startswith("NameError")
        if not passed and (stubs or UNSOLVED not in what):
            return _sentence(earlier, name, what)
    return ""


def _sentence(module: Module, test: str, what: str) -> str:
    number = f"{module.number:02d}"
    return (
        f"the cause may be in module {module.folder}, which this one uses: its {test} fails on "
        f"what you exported ({what}). Look at `tito check {number}`, say `tito export {number}` "
        "when it is right, and check this module again"
    )


def tests_of(space: Workspace, module: Module) -> list[tuple[str, NotebookNode]]:
    """(name of a test, its cell) of what is to be run of a module: "" where a cell is no test."""
    released = release_cells(space.course, module)
    found = [("", new_code_cell(_NAMES.format(stem=module.stem)))]
    inside = [exercise for exercise in exercises(released) if exercise.solution.is_exported]
    tests = {cell.index for exercise in inside for cell in exercise.graded}
    for cell in released:
        if cell.index in tests and runs(cell) and cell.points:
            found.append((cell.grade_id, new_code_cell(cell.source)))
        elif source := definitions(cell):
            found.append(("", new_code_cell(source)))
    return found


def definitions(cell: Cell) -> str:
    """What tests may use of a cell that is neither exported nor answered: all of what they share,
    else imports, functions, classes and plain data; what it does besides is left out."""
    if cell.is_read_only:
        return cell.source
    if cell.kind != "code" or cell.is_exported or cell.is_solution or cell.is_graded:
        return ""
    try:
        body = ast.parse(cell.source).body
    except SyntaxError:  # a line such as `%matplotlib inline`
        return ""
    return "\n".join(ast.unparse(node) for node in body if _defines(node))


def _defines(node: ast.stmt) -> bool:
    if not (isinstance(node, ast.Assign) and all(isinstance(t, ast.Name) for t in node.targets)):
        return isinstance(node, _DEFINITIONS)
    try:
        ast.literal_eval(node.value)
    except ValueError:  # it is computed
        return False
    return True
