"""What a piece of code uses: the modules it imports and the names it reaches through them.

The catalog says which module of the course builds a name, so no second table is needed to know what
an exported cell or a scenario notebook asks for.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from tito import package
from tito.catalog import Module

_PARENTS = {1: "tinytorch.core", 2: "tinytorch"}  # of a relative import in tinytorch/core/*.py


@dataclass(frozen=True)
class Use:
    """A dotted name, such as "numpy" or "tinytorch.nn.Linear", and the line that uses it."""

    name: str
    line: int


def uses(tree: ast.AST) -> list[Use]:
    """What the code imports, and the attributes of imported names, in the order of the lines."""
    found, known = [], {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for full, alias in _imports(node):
            found.append(Use(full, node.lineno))
            known[alias.asname or alias.name.partition(".")[0]] = (
                full if alias.asname or isinstance(node, ast.ImportFrom) else full.partition(".")[0]
            )
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            first, _, rest = _dotted(node).partition(".")
            if first in known:
                found.append(Use(f"{known[first]}.{rest}", node.lineno))
    return sorted(found, key=lambda use: use.line)


def _imports(node: ast.Import | ast.ImportFrom) -> list[tuple[str, ast.alias]]:
    if isinstance(node, ast.Import):
        return [(alias.name, alias) for alias in node.names]
    base = ".".join(part for part in (_PARENTS.get(node.level), node.module) if part)
    return [(base if a.name == "*" else f"{base}.{a.name}", a) for a in node.names]


def _dotted(node: ast.expr) -> str:
    """`a.b.c` of a chain of attributes on a name; "" of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (inner := _dotted(node.value)):
        return f"{inner}.{node.attr}"
    return ""


def builder(name: str, catalog: tuple[Module, ...]) -> Module | None:
    """The module of the course that builds a dotted name; None if no single one does."""
    parts = name.split(".")
    if parts[0] != "tinytorch":
        return None
    if parts[1:2] == ["core"]:
        stem = "".join(parts[2:3])
    else:
        home = package.names(catalog).get(".".join(parts[1:-1]), {}).get(parts[-1], "")
        stem = home.partition(".")[0]
    return next((module for module in catalog if module.stem == stem), None)


def needed(trees: Iterable[ast.AST], catalog: tuple[Module, ...]) -> list[Module]:
    """The modules that code needs to run: those it uses, and those which these use, in order."""
    direct = [builder(use.name, catalog) for tree in trees for use in uses(tree)]
    numbers = {m.number for m in direct if m} | {n for m in direct if m for n in m.imports}
    return [module for module in catalog if module.number in numbers]
