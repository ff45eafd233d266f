"""Rules about the code of a module's cells."""

import ast
import builtins
import sys

from tito import checks
from tito.authoring.contract import names
from tito.authoring.contract.lesson import MAGIC, Lesson, shown, tree_of
from tito.imports import imports

# Tensor.backward asks for the next module when it is called: the only import that looks up.
UPWARD = ("tensor", "tinytorch.core.autograd")
# Used inside a function where they are installed; nothing exported needs them.
OPTIONAL = ("matplotlib", "tqdm")
PARENTS = ("tinytorch", "tinytorch.core", "tito")  # of modules: what is imported from them is one
NOTEBOOK_ONLY = ("matplotlib", "tito.checks", "tinytorch_data")
LIB = "tinytorch.lib"  # below every module
CHECKS = frozenset(checks.__all__)


def apart(lesson: Lesson) -> list[str]:
    """A graded cell does not use what another graded cell assigned."""
    bound = {cell.index: names.bound(tree_of(cell)) for cell in lesson.code}
    given = {name for cell in lesson.code if not cell.is_graded for name in bound[cell.index]}
    problems = []
    for cell in lesson.graded:
        for other in lesson.graded:
            if other is not cell:
                shared = (names.needed(tree_of(cell)) & bound[other.index]) - given
                problems += [
                    f"{shown(cell)} uses `{name}`, which {shown(other)} assigns"
                    for name in sorted(shared)
                ]
    return problems


def kept_names(lesson: Lesson) -> list[str]:
    """A graded cell takes no name away from the cells that are exported: they may run behind it."""
    owned = {name for cell in lesson.exported for name in names.bound(tree_of(cell))}
    return _lost_functions(lesson) + [
        f"{shown(cell)} assigns `{name}`, which an exported cell defines: name it otherwise"
        for cell in lesson.graded
        for name in sorted(names.bound(tree_of(cell)) & owned)
    ]


def _lost_functions(lesson: Lesson) -> list[str]:
    """An ungraded cell takes no function away from another: a cell that calls it may run again."""
    made = {cell.index: names.made(tree_of(cell)) for cell in lesson.code}
    every = set().union(*made.values())
    return [
        f"{shown(cell)} assigns `{name}`, a function of another cell: name it otherwise"
        for cell in lesson.code
        if not cell.is_graded
        for name in sorted(names.bound(tree_of(cell)) & every - made[cell.index])
    ]


def checks_in_place(lesson: Lesson) -> list[str]:
    """Graded cells check, by themselves or by helpers of the section `tests`; nothing else does.

    While grading, the kernel puts back the names of tito.checks before each cell, and that section
    before each graded one. Any other helper an answer could replace by one that does nothing.
    """
    problems, known = [], ", ".join(sorted(CHECKS))
    helpers = _checking_helpers(lesson)
    for cell in lesson.code:
        tree = tree_of(cell)
        if cell.is_graded and not _called(tree) & helpers:
            problems.append(f"{shown(cell)} calls no check: {known}, or a helper among the tests")
        used = sorted(_names(tree) & CHECKS)
        if used and not (cell.is_graded or cell.is_read_only):
            told = ", ".join(used)
            problems.append(f"{shown(cell)} uses {told}: only graded cells and `tests` check")
        problems += [
            f"{shown(cell)} imports `{one.binds}`: of tito.checks import {known}, by these names"
            for one in imports(tree)
            if one.full.startswith("tito.checks") and one.full != f"tito.checks.{one.binds}"
        ]
    return problems


def _checking_helpers(lesson: Lesson) -> set[str]:
    """The checks, and the functions of the section `tests` that call one, by whatever way."""
    found = set(CHECKS)
    functions = [
        node
        for cell in lesson.code
        if cell.is_read_only
        for node in tree_of(cell).body
        if isinstance(node, ast.FunctionDef)
    ]
    while more := {each.name for each in functions if _called(each) & found} - found:
        found |= more
    return found


def _called(tree: ast.AST) -> set[str]:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {node.id for node in calls if isinstance(node, ast.Name)}


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def quiet(lesson: Lesson) -> list[str]:
    """A graded cell shows nothing: nbgrader reads a value at its end as points."""
    problems = []
    for cell in lesson.graded:
        tree = tree_of(cell)
        if any(isinstance(node, ast.Name) and node.id == "print" for node in ast.walk(tree)):
            problems.append(f"{shown(cell)} prints")
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr) and not isinstance(last.value, (ast.Call, ast.Await)):
            problems.append(f"{shown(cell)} ends in a value, which nbgrader reads as points")
    return problems


def python(lesson: Lesson) -> list[str]:
    problems = []
    for cell in lesson.code:
        try:
            ast.parse(MAGIC.sub("#", cell.source))
        except SyntaxError as error:
            problems.append(f"{shown(cell)} is not Python: {error.msg}, line {error.lineno}")
    return problems


def magics(lesson: Lesson) -> list[str]:
    return [
        f"{shown(cell)} is exported and holds a magic"
        for cell in lesson.exported
        if (MAGIC.search(cell.source) and not tree_of(cell).body) or "get_ipython" in cell.source
    ]


def defined(lesson: Lesson) -> list[str]:
    """Some cell defines each name that is used: ruff sees one of the two files at a time."""
    known = {name for cell in lesson.code for name in names.bound(tree_of(cell))}
    known |= {*dir(builtins), "display", "get_ipython"}
    return [
        f"{shown(cell)} uses `{name}`, which no cell defines"
        for cell in lesson.code
        for name in sorted(names.needed(tree_of(cell)) - known)
    ]


def used(lesson: Lesson) -> list[str]:
    """Some cell uses each name that is imported, or the catalog says that the module gives it."""
    trees = [tree_of(cell) for cell in lesson.code]
    nodes = (node for tree in trees for node in ast.walk(tree))
    loaded = {node.id for node in nodes if isinstance(node, ast.Name)}
    loaded |= {home for names in lesson.module.public.values() for home in names.values()}
    return [
        f"{shown(cell)} imports `{name}`, which no cell uses"
        for cell, tree in zip(lesson.code, trees, strict=True)
        for name in sorted({one.binds for one in imports(tree)} - loaded)
    ]


def allowed_imports(lesson: Lesson) -> list[str]:
    """Only NumPy, the standard library and the modules that the catalog's row allows."""
    row = lesson.module
    allowed = {f"tinytorch.core.{m.stem}" for m in lesson.catalog if m.number in row.imports}
    problems, upward = [], 0
    for cell in lesson.code:
        more = () if cell.is_exported else NOTEBOOK_ONLY
        for one in imports(tree_of(cell)):
            name = f"{one.module}.{one.name}" if one.name and one.module in PARENTS else one.module
            if (row.stem, name) == UPWARD and one.in_function:
                upward += 1
            elif not _may_import(name, allowed, (*more, *(OPTIONAL if one.in_function else ()))):
                problems.append(f"{shown(cell)} imports {name}, which it may not")
    if upward > 1:
        problems.append(f"{UPWARD[1]} is imported {upward} times: once is the one exception")
    return problems


def _may_import(name: str, allowed: set[str], more: tuple[str, ...]) -> bool:
    top = name.partition(".")[0]
    if top == "numpy" or top in sys.stdlib_module_names or name in allowed:
        return True
    more = (LIB, *more)
    return any(name == other or name.startswith(f"{other}.") for other in more)
