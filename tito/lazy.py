"""What the façades share: a name is looked up, when first used, in the module that builds it.

This page is copied to `tinytorch/_lazy.py`, so it needs only the standard library. A façade
(`tinytorch.nn`, ...) is a table from names to the modules that build them.
"""

import importlib
import sys
from collections.abc import Callable, Iterable
from operator import attrgetter
from pathlib import Path
from typing import Any

from tinytorch._modules import MODULES, PLANNED

CORE = Path(__file__).parent / "core"


def attach(
    path: str, names: dict[str, str], submodules: Iterable[str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The functions `__getattr__` and `__dir__` of the façade `path`.

    names: {public name: "stem.name"}, the module that builds it and what it is called there, or
        "extra.stem.name" where the page beside that module has it.
    submodules: the façades below.

    A name whose module is not exported yet raises ImportError, because `from ... import` would
    replace the message of an AttributeError; a name that the course does not know raises that.
    """

    def get(name: str) -> Any:
        if name == "__all__":  # asked for by `from ... import *`
            return _built(names)
        if name in submodules or f"{path}.{name}" in PLANNED:
            return importlib.import_module(f"{path}.{name}")
        if name not in names:
            raise AttributeError(f"module {path!r} has no attribute {name!r}")
        value = _find(path, name, names[name])
        setattr(sys.modules[path], name, value)  # the next use does not come here
        return value

    return get, lambda: sorted([*_built(names), *submodules])


def _is_exported(stem: str) -> bool:
    return (CORE / f"{stem}.py").is_file()


def _built(names: dict[str, str]) -> list[str]:
    return [name for name, home in names.items() if _is_exported(_place(home)[1])]


def _place(home: str) -> tuple[str, str, str]:
    """The room of the package, the page in it, and the name there."""
    room = "extra" if home.startswith("extra.") else "core"
    stem, _, inner = home.removeprefix("extra.").partition(".")
    return room, stem, inner


def _find(path: str, name: str, home: str) -> Any:
    room, stem, inner = _place(home)
    title = name if path == "tinytorch" else f"{path.removeprefix('tinytorch.')}.{name}"
    if not _is_exported(stem):
        raise ImportError(_origin(title, stem))
    try:
        module = importlib.import_module(f"tinytorch.{room}.{stem}")
    except AttributeError as error:  # `from ... import` would take it for a missing name
        raise ImportError(f"tinytorch/core/{stem}.py does not run: {error}") from error
    try:
        return attrgetter(inner)(module)
    except AttributeError:
        number = MODULES[stem][0]
        raise ImportError(
            f"{title} is built in module {number:02d}, {stem}, but tinytorch/core/{stem}.py does "
            f"not define {inner}: define it in a cell that begins with `#| export` and run "
            f"`tito export {number:02d}`"
        ) from None


def _origin(title: str, stem: str) -> str:
    """Where something that is not there yet comes from, and what to do about it."""
    number, is_written = MODULES[stem]
    what_to_do = f": finish it and run `tito export {number:02d}`"
    return f"{title} is built in module {number:02d}, {stem}" + (
        what_to_do if is_written else ", which is not written yet"
    )


class Missing:
    """The last finder on `sys.meta_path`: it is asked only for what is not there.

    Notebooks import `tinytorch.core.tensor` itself, and should hear the same as the façades say.
    """

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        parent, _, stem = name.rpartition(".")
        # Without `name=`, which would make `from tinytorch.core import tensor` swallow it.
        if parent == "tinytorch.core" and stem in MODULES:
            raise ModuleNotFoundError(_origin(name, stem))
        if name in PLANNED:
            raise ModuleNotFoundError(
                f"{name} is built in {PLANNED[name]}, which is not written yet"
            )


sys.meta_path.append(Missing)
