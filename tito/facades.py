"""The façades: PyTorch's paths (`tinytorch.nn`, `.optim`, ...), made from the catalog.

They are lazy and need only the standard library. A student's workspace holds the same files as the
reference package; only `tinytorch/core/` differs.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from tito.catalog import Module

NOTE = "generated from {} by `tito build`: edit that file"
CATALOG = "tito/catalog.py"
_LAZY = Path(__file__).with_name("lazy.py")
_PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def write(catalog: Iterable[Module], into: Path) -> None:
    """Write the package `into` (a folder named `tinytorch`): the façades and an empty `core`."""
    for name, text in files(tuple(catalog)).items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def files(catalog: tuple[Module, ...]) -> dict[str, str]:
    """Every file of the package but the exported modules: {path below `tinytorch/`: text}."""
    table = names(catalog)
    made = {
        "_lazy.py": f"# {NOTE.format('tito/lazy.py')}\n{_LAZY.read_text(encoding='utf-8')}",
        "_modules.py": _modules(catalog),
        "core/__init__.py": _head("What the modules of the course build, one file a module.")
        + "\nimport sys\n\nfrom tinytorch._lazy import Missing\n\nsys.meta_path.append(Missing)\n",
    }
    for path in table:
        below = [other for other in table if other and other.rpartition(".")[0] == path != other]
        children = [other.rpartition(".")[2] for other in below] + ([] if path else ["core"])
        file = path.replace(".", "/")
        is_package = children or not path
        name = f"{file}/__init__.py".lstrip("/") if is_package else f"{file}.py"
        made[name] = _facade(path, table[path], sorted(children))
    return made


def names(catalog: tuple[Module, ...]) -> dict[str, dict[str, str]]:
    """{public path: {name: "stem.name"}}, parents of paths included, in order."""
    table: dict[str, dict[str, str]] = {"": {}}
    for module in catalog:
        for path, exported in module.public.items():
            parts = path.split(".") if path else []
            for depth in range(1, len(parts) + 1):
                table.setdefault(".".join(parts[:depth]), {})
            table[path].update({name: f"{module.stem}.{inner}" for name, inner in exported.items()})
    return {path: table[path] for path in sorted(table)}


def version() -> str:
    """The version of the course, which stands in pyproject.toml and nowhere else."""
    return tomllib.loads(_PYPROJECT.read_text(encoding="utf-8"))["project"]["version"]


def _head(docstring: str) -> str:
    return f'# {NOTE.format(CATALOG)}\n"""{docstring}"""\n'


def _modules(catalog: tuple[Module, ...]) -> str:
    rows = [f'    "{row.stem}": ({row.number}, {not row.planned}),\n' for row in catalog]
    docstring = "The modules of the course: {stem: (number, whether it is written)}."
    return _head(docstring) + "\nMODULES = {\n" + "".join(rows) + "}\n"


def _facade(path: str, exported: dict[str, str], children: list[str]) -> str:
    full = f"tinytorch.{path}" if path else "tinytorch"
    docstring = f"`{full}`: names as PyTorch has them, found in `tinytorch.core` when first used."
    lines = ["", *([] if path else [f'__version__ = "{version()}"', ""])]
    lines += ["from tinytorch._lazy import attach as _attach", ""]
    lines += ["_NAMES = {", *(f'    "{name}": "{home}",' for name, home in exported.items()), "}"]
    lines += [f"__getattr__, __dir__ = _attach(__name__, _NAMES, {children!r})"]
    return _head(docstring) + "\n".join(lines) + "\n"
