"""What a piece of code uses: the modules it imports and the names it reaches through them.

The catalog says which module of the course builds a name, so no second table is needed to know what
an exported cell or a scenario notebook asks for.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tito import package
from tito.catalog import Module

_PARENTS = {1: "tinytorch.core", 2: "tinytorch"}  # of a relative import in tinytorch/core/*.py
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Import:
    """One name that an import statement binds: `from .base import Base as B` binds "B".

    It takes the name "Base" ("" for `import ...`) from the module ".base", as that is written.
    """

    module: str
    name: str
    binds: str
    line: int
    in_function: bool

    @property
    def full(self) -> str:
        """The dotted name of what is imported, such as "tinytorch.core.base.Base"."""
        module = self.module.lstrip(".")
        parent = _PARENTS.get(len(self.module) - len(module), "")
        return ".".join(part for part in (parent, module, self.name) if part not in ("", "*"))


def imports(tree: ast.AST, in_function: bool = False) -> Iterator[Import]:
    """Every name that a piece of code imports."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                binds = one.asname or one.name.partition(".")[0]
                yield Import(one.name, "", binds, node.lineno, in_function)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for one in node.names:
                binds = one.asname or one.name
                yield Import(module, one.name, binds, node.lineno, in_function)
        else:
            yield from imports(node, in_function or isinstance(node, _FUNCTIONS))


@dataclass(frozen=True)
class Use:
    """A dotted name, such as "numpy" or "tinytorch.nn.Linear", and the line that uses it."""

    name: str
    line: int


def uses(tree: ast.AST) -> list[Use]:
    """What the code imports, and the attributes of imported names, in the order of the lines."""
    found, known = [], {}
    for one in imports(tree):
        found.append(Use(one.full, one.line))
        binds_top = not one.name and one.module.startswith(f"{one.binds}.")  # import numpy.linalg
        known[one.binds] = one.binds if binds_top else one.full
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            first, _, rest = _dotted(node).partition(".")
            if first in known:
                found.append(Use(f"{known[first]}.{rest}", node.lineno))
    return sorted(found, key=lambda use: use.line)


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
        stem = home.removeprefix("extra.").partition(".")[0]
    return next((module for module in catalog if module.stem == stem), None)


def needed(trees: Iterable[ast.AST], catalog: tuple[Module, ...]) -> list[Module]:
    """The modules that code needs to run: those it uses, and those which these use, in order."""
    direct = [builder(use.name, catalog) for tree in trees for use in uses(tree)]
    numbers = {m.number for m in direct if m} | {n for m in direct if m for n in m.imports}
    return [module for module in catalog if module.number in numbers]
