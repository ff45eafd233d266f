"""The façades: PyTorch's paths (`tinytorch.nn`, `.optim`, ...), made from the catalog.

They are lazy and need only the standard library. A student's workspace holds the same code as the
reference package; only `tinytorch/core/` and the notes at the top differ. `tinytorch/lib/` is a
copy of `tito/lib/`, what the modules build on and none of them teaches; `tinytorch/extra/` is one
of `tito/extra/`, what scripts ask for beyond that.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from tito.catalog import Module
from tito.files import write as write_whole

NOTE = "generated from {} by `tito build`: edit that file"
STUDENTS_NOTE = (
    "part of the course, written anew by `tito start` and `tito export`: do not edit it.\n"
    "# Your own code stands in tinytorch/core/, where `tito export` puts it from your notebooks."
)
CATALOG = "tito/catalog.py"
_LAZY = Path(__file__).with_name("lazy.py")
# Rooms of the package that are written by hand, below the modules and above them.
_ROOMS = [Path(__file__).with_name(name) for name in ("lib", "extra")]
_PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def write(catalog: Iterable[Module], into: Path, note: str = STUDENTS_NOTE) -> None:
    """Write the package `into` (a folder named `tinytorch`): the façades and an empty `core`.

    note: the comment each file begins with; `{}` in it stands for the file it was made from.
    A file that is as it should be is left alone, and no file is ever left half written.
    """
    for name, text in files(tuple(catalog), note).items():
        path, data = into / name, text.encode()
        if not path.is_file() or path.read_bytes() != data:
            write_whole(path, data)


def files(catalog: tuple[Module, ...], note: str = STUDENTS_NOTE) -> dict[str, str]:
    """Every file of the package but the exported modules: {path below `tinytorch/`: text}."""
    table, head = names(catalog), f"# {note.format(CATALOG)}\n"
    made = {
        "_modules.py": head + _modules(catalog),
        "core/__init__.py": f'{head}"""What the modules of the course build, a file each."""\n',
    }
    later = planned(catalog)
    for path in [path for path in table if path not in later]:
        below = {other for other in table if other and other.rpartition(".")[0] == path != other}
        there = {other.rpartition(".")[2] for other in below - later.keys()}
        file = path.replace(".", "/")
        name = f"{file}/__init__.py".lstrip("/") if below or not path else f"{file}.py"
        made[name] = head + _facade(path, table[path], sorted(there if path else there | {"core"}))
    copies = {f"{room.name}/{p.name}": p for room in _ROOMS for p in sorted(room.glob("*.py"))}
    for name, page in {"_lazy.py": _LAZY, **copies}.items():
        source = page.relative_to(_LAZY.parent.parent).as_posix()
        made[name] = f"# {note.format(source)}\n{page.read_text(encoding='utf-8')}"
    return made


def names(catalog: tuple[Module, ...]) -> dict[str, dict[str, str]]:
    """{public path: {name: its home, see `Module.homes`}}, parents included, in order."""
    table: dict[str, dict[str, str]] = {"": {}}
    for module in catalog:
        for path, homes in module.homes.items():
            parts = path.split(".") if path else []
            for depth in range(1, len(parts) + 1):
                table.setdefault(".".join(parts[:depth]), {})
            table[path].update(homes)
    return {path: table[path] for path in sorted(table)}


def planned(catalog: tuple[Module, ...]) -> dict[str, str]:
    """{public path that only modules not written yet fill: those modules, in words}."""
    found = {}
    for path in names(catalog):
        homes = [m for m in catalog if any(f"{p}.".startswith(f"{path}.") for p in m.homes)]
        if path and all(module.planned for module in homes):
            found[path] = ", and in ".join(f"module {m.number:02d}, {m.stem}" for m in homes)
    return found


def version() -> str:
    """The version of the course, which stands in pyproject.toml and nowhere else."""
    return tomllib.loads(_PYPROJECT.read_text(encoding="utf-8"))["project"]["version"]


def _modules(catalog: tuple[Module, ...]) -> str:
    rows = [f'    "{row.stem}": ({row.number}, {not row.planned}),\n' for row in catalog]
    later = [f'    "tinytorch.{path}": "{where}",\n' for path, where in planned(catalog).items()]
    return (
        '"""The modules of the course: {stem: (number, whether it is written)}.\n\n'
        'PLANNED are the paths of which nothing is written yet, and where they are built.\n"""\n'
        f"\nMODULES = {{\n{''.join(rows)}}}\nPLANNED = {{\n{''.join(later)}}}\n"
    )


def _facade(path: str, exported: dict[str, str], children: list[str]) -> str:
    full = f"tinytorch.{path}" if path else "tinytorch"
    docstring = f"`{full}`: names as PyTorch has them, found in `tinytorch.core` when first used."
    lines = ["", *([] if path else [f'__version__ = "{version()}"', ""])]
    lines += ["from tinytorch._lazy import attach as _attach", ""]
    lines += ["_NAMES = {", *(f'    "{name}": "{home}",' for name, home in exported.items()), "}"]
    lines += [f"__getattr__, __dir__ = _attach(__name__, _NAMES, {children!r})"]
    return f'"""{docstring}"""\n' + "\n".join(lines) + "\n"
