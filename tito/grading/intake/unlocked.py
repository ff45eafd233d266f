"""Is an answer the reference, though nothing says that it was unlocked?

`tito unlock` marks what it puts into a notebook, and a student can take the mark away. So where the
course says that a module can be unlocked, its answers are compared with the reference, whatever
their comments, docstrings, annotations, layout and local names. Short answers are alike by nature:
they are not compared.
"""

import ast
import re
from collections.abc import Iterable, Iterator

from traitlets import Float, Int, List, Unicode
from traitlets.config import Configurable

from tito.script import BEGIN, Cell
from tito.settings import is_named

_Function = ast.FunctionDef | ast.AsyncFunctionDef
# Lines that are IPython's and no Python: `%time f()`, `files = !ls`, `f?`.
_IPYTHON = re.compile(r"^([ \t]*)(?:[%!?,;/].*|\S.*=[ \t]*[%!].*|\S.*\?[ \t]*)$", re.MULTILINE)


class Unlocking(Configurable):
    """What the course's nbgrader_config.py says of unlocked answers."""

    worth = Float(
        0.0, min=0.0, max=1.0, help="The share of its points that an unlocked exercise keeps."
    ).tag(config=True)
    modules = List(
        Unicode(), help="The modules whose answers students can unlock, such as '02'."
    ).tag(config=True)
    shortest = Int(
        60, min=0, help="References of fewer parts (nodes of their syntax tree) are not compared."
    ).tag(config=True)

    def compares(self, folder: str) -> bool:
        """Whether answers of a module are compared with the reference."""
        return is_named(folder, self.modules)

    def is_reference(self, answer: Iterable[Cell], solved: str) -> bool:
        """Whether one of these cells defines what the `solved` cell does, in the same way.

        The answer may have been moved to another cell than the exercise's.
        """
        wanted = _solved_function(solved)
        if wanted is None or _parts(wanted) < self.shortest:
            return False
        shape = _shape(wanted)
        cells = [cell.source for cell in answer if wanted.name in cell.source]
        found = (it for text in cells for it in _functions(text) if it.name == wanted.name)
        return any(_shape(it) == shape for it in found)


def _parts(function: _Function) -> int:
    """How much a function does, in nodes of its syntax tree."""
    return sum(1 for node in function.body if not _says_nothing(node) for _ in ast.walk(node))


def _solved_function(source: str) -> _Function | None:
    """The innermost function around the solution."""
    begin = 1 + source[: source.index(BEGIN)].count("\n") if BEGIN in source else 0
    around = [it for it in _functions(source) if it.lineno < begin <= (it.end_lineno or 0)]
    return max(around, key=lambda it: it.lineno, default=None)


def _functions(source: str) -> Iterator[_Function]:
    """Every function that a cell defines; none if it is no Python."""
    for text in (source, _IPYTHON.sub(r"\1pass", source)):
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        yield from (it for it in ast.walk(tree) if isinstance(it, _Function))
        return


def _shape(function: _Function) -> str:
    """A function as text, without its name, comments, docstrings, annotations and local names."""
    local = _local_names(function)
    names: dict[str, str] = {}
    for node in ast.walk(function):
        _simplify(node)
        for part in ("id", "arg", "name"):
            name = getattr(node, part, None)
            if name in local and not isinstance(node, ast.keyword):
                setattr(node, part, names.setdefault(name, f"_{len(names)}"))
    try:
        return "\n".join(ast.dump(node) for node in (function.args, *function.body))
    except RecursionError:  # far deeper than any reference
        return ""


def _simplify(node: ast.AST) -> None:
    """Drop what does not change what the code does."""
    if isinstance(node, ast.arg):
        node.annotation = None
    elif isinstance(node, _Function):
        node.returns = None
    for part in ("body", "orelse", "finalbody"):
        block = getattr(node, part, None)
        if isinstance(block, list):
            setattr(node, part, [_plain(it) for it in block if not _says_nothing(it)])


def _plain(node: ast.stmt) -> ast.stmt:
    """A statement without its annotation."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return ast.copy_location(ast.Assign([node.target], node.value), node)
    return node


def _says_nothing(node: ast.stmt) -> bool:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or isinstance(node, ast.Pass)


def _local_names(function: _Function) -> set[str]:
    """The names that are bound inside a function."""
    found, outer = set(), set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.ExceptHandler | _Function) and node is not function:
            found.add(node.name or "")
        elif isinstance(node, ast.Global | ast.Nonlocal):
            outer.update(node.names)
    return found - outer
