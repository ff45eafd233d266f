"""Which names a cell binds, and which it needs from the cells before it."""

import ast
from collections.abc import Iterator
from symtable import SymbolTable, symtable

_LATER = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
_COMPREHENSION = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def bound(tree: ast.Module) -> set[str]:
    """The names that a cell leaves behind."""
    symbols = _table(tree).get_symbols()
    return {one.get_name() for one in symbols if one.is_assigned() or one.is_imported()}


def made(tree: ast.Module) -> set[str]:
    """The functions and classes that a cell defines, not those inside of others."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in tree.body if isinstance(node, kinds)}


def needed(tree: ast.Module) -> set[str]:
    """The names that a cell loads before it binds them, built-in ones included."""
    mentions = sorted(_mentions(tree))
    all_bound = bound(tree)
    found = _loaded(_table(tree)) - all_bound
    has = all_bound - {name for _, is_stored, name in mentions if is_stored}
    for _, is_stored, name in mentions:
        if is_stored:
            has.add(name)
        elif name not in has:
            found.add(name)
    return found


def _table(tree: ast.Module) -> SymbolTable:
    return symtable(ast.unparse(tree), "cell", "exec")


def _loaded(table: SymbolTable) -> set[str]:
    """The cell's own names that it loads, or a function in it does when it is called."""
    found = {s.get_name() for s in table.get_symbols() if s.is_referenced() and s.is_global()}
    return found.union(*map(_loaded, table.get_children()))


def _mentions(tree: ast.AST, place: tuple[int, int] = (0, 0)) -> Iterator[tuple]:
    """(place of the statement, whether it is stored, name) for each name outside of functions.

    A statement stores names when it has loaded all that it needs: False comes before True.
    """
    for node in ast.iter_child_nodes(tree):
        here = (node.lineno, node.col_offset) if isinstance(node, ast.stmt) else place
        if isinstance(node, ast.Name):
            yield here, isinstance(node.ctx, ast.Store), node.id
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield here, False, node.target.id
        inner = [] if isinstance(node, _LATER) else list(_mentions(node, here))
        if isinstance(node, _COMPREHENSION):
            own = {name for _, is_stored, name in inner if is_stored}
            inner = [mention for mention in inner if mention[2] not in own]
        yield from inner
