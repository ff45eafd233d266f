"""Which names a cell binds, and which it needs from the cells before it."""

import ast


def bound(tree: ast.Module) -> set[str]:
    """The names that a cell leaves behind."""
    return _visited(tree).bound


def needed(tree: ast.Module) -> set[str]:
    """The names that a cell loads before it binds them, built-in ones included."""
    return _visited(tree).needed


def _visited(tree: ast.Module) -> "_Names":
    names = _Names()
    names.visit(tree)
    names.finish()
    return names


class _Names(ast.NodeVisitor):
    """Visits nodes in the order Python runs them; bodies of functions last."""

    def __init__(self, bound: set[str] = frozenset()):
        self.bound, self.needed, self._later = set(bound), set(), []

    def finish(self) -> None:
        """Look into the bodies of functions, which run when the cell's names are bound."""
        for function in self._later:
            inner = _Names(self.bound | _own_names(function))
            body = function.body if isinstance(function.body, list) else [function.body]
            for node in body:
                inner.visit(node)
            inner.finish()
            self.needed |= inner.needed

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store):
            self.bound.add(node.id)
        elif node.id not in self.bound:
            self.needed.add(node.id)

    def visit_Assign(self, node):
        self._visit_all(node.value, *node.targets)

    def visit_AnnAssign(self, node):
        self._visit_all(node.value, node.target)

    visit_NamedExpr = visit_AnnAssign

    def visit_AugAssign(self, node):
        if isinstance(node.target, ast.Name) and node.target.id not in self.bound:
            self.needed.add(node.target.id)
        self._visit_all(node.value, node.target)

    def visit_For(self, node):
        self._visit_all(node.iter, node.target, *node.body, *node.orelse)

    def visit_ListComp(self, node):
        inner = _Names(self.bound)
        inner._visit_all(*node.generators)
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        inner._visit_all(*parts)
        inner.finish()
        self.needed |= inner.needed

    visit_SetComp = visit_GeneratorExp = visit_DictComp = visit_ListComp

    def visit_comprehension(self, node):
        self._visit_all(node.iter, node.target, *node.ifs)

    def visit_FunctionDef(self, node):
        self._visit_all(*node.decorator_list, *node.args.defaults, *node.args.kw_defaults)
        self.bound.add(node.name)
        self._later.append(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        self._visit_all(*node.args.defaults, *node.args.kw_defaults)
        self._later.append(node)

    def visit_ClassDef(self, node):
        self._visit_all(*node.decorator_list, *node.bases)
        inner = _Names(self.bound)
        inner._visit_all(*node.body)
        self.bound.add(node.name)
        inner.bound.add(node.name)
        inner.finish()
        self.needed |= inner.needed

    def visit_alias(self, node):
        self.bound.add((node.asname or node.name).partition(".")[0])

    def visit_ExceptHandler(self, node):
        self.bound |= {node.name} if node.name else set()
        self.generic_visit(node)

    def _visit_all(self, *nodes):
        for node in nodes:
            if node is not None:
                self.visit(node)


def _own_names(function: ast.FunctionDef | ast.Lambda) -> set[str]:
    """The names of a function's own: its arguments and what it assigns."""
    names = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
    return names
