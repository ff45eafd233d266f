"""Starts the IPython kernel of both kernelspecs.

- What is written to stderr (warnings, logging, `print(file=sys.stderr)`) arrives as stdout, because
  nbgrader gives a cell with anything on stderr no points.
- The names that the graded cells check with keep their meaning (see `_keep_checks`).
- `exit()` raises SystemExit in its cell; ipykernel's own would end the kernel a moment later.
- In a student's kernel, tests say what they checked (tito/student/remarks.py).
- The folder of the notebook is not on the path: a file beside it would be missing in grading.

In grading `forkserver` calls what is here, in a Python without `site` (`python -I -S`).
"""

import logging
import os
import site
import sys
import types
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from ipykernel.kernelapp import IPKernelApp


def main() -> None:
    """Run a student's kernel."""
    prefer_workspace(Path.cwd())
    application().launch_instance(extra_extensions=["tito.student.remarks"])


def isolate(path: list[str]) -> None:
    """Make `path` the whole path, and give what a Python without `site` lacks."""
    sys.path[:] = path  # the one thing isolation is about
    site.setquit()
    site.setcopyright()
    site.sethelper()


def prefer_workspace(folder: Path) -> None:
    """Put the workspace around `folder` first on the path, so that its `tinytorch` is imported."""
    root = workspace(folder)
    if root is not None:
        sys.path.insert(0, str(root))  # the student's own package must win
        _forget_installed()


def _forget_installed() -> None:
    """Keep the import hooks of editable installs from answering for what is not exported yet."""
    for finder in sys.meta_path:
        module = sys.modules.get(getattr(finder, "__module__", None) or "")
        getattr(module, "MAPPING", {}).pop("tinytorch", None)


def workspace(folder: Path) -> Path | None:
    """The nearest folder from `folder` upwards with `.tito/`, else with `tinytorch/`, else None."""
    places = [folder, *folder.parents]
    marked = [place for place in places if (place / ".tito").is_dir()]
    holding = [place for place in places if (place / "tinytorch" / "__init__.py").is_file()]
    return next(iter(marked + holding), None)


def application() -> "type[IPKernelApp]":
    """The kernel application."""
    from ipykernel.kernelapp import IPKernelApp
    from traitlets import default

    class KernelApp(IPKernelApp):
        ignore_cwd = True

        @default("log_level")
        def _errors_only(self) -> int:
            # It warns at every start that what stays on this computer is not encrypted.
            return logging.ERROR

        def init_io(self) -> None:
            super().init_io()
            # After the redirection of descriptor 2, which goes by the name.
            stderr: Any = sys.stderr
            stderr.name, stderr.topic = "stdout", b"stream.stdout"

        def init_shell(self) -> None:
            super().init_shell()
            shell: Any = self.shell
            shell.user_ns_hidden.update({"exit": _exit, "quit": _exit})
            shell.user_ns.update({"exit": _exit, "quit": _exit})
            _keep_checks(shell)

    return KernelApp


def _keep_checks(shell: Any) -> None:
    """Before each cell, put back what graded cells check with, should code have changed it.

    A variable named `close` would make every later test pass, by accident or not. This is a help,
    not a wall: code in this process can undo it, which the grader's probes are to find out.
    """
    import builtins

    import numpy

    import tito
    from tito import checks

    kept = [(vars(module), dict(vars(module))) for module in (builtins, numpy, checks)]
    codes = [(each, _inside(each)) for names, _ in kept for each in _functions(names.values())]
    kept_checks = set(vars(checks))
    own = {name: getattr(checks, name) for name in checks.__all__}

    def restore(info: Any) -> None:
        if not info.store_history:
            return  # a probe: it must find what the last cell has left
        sys.modules["tito.checks"] = tito.checks = checks
        for name in vars(checks).keys() - kept_checks:
            del vars(checks)[name]
        for names, values in kept:
            names.update({name: values[name] for name in values.keys() - {"_", "input"}})
        for function, inside in codes:
            if _inside(function) != inside:
                function.__code__, function.__defaults__, function.__kwdefaults__ = inside
        shell.user_ns.update({name: own[name] for name in own if name in shell.user_ns})

    shell.events.register("pre_run_cell", restore)


def _functions(values: Iterable[object]) -> list[types.FunctionType]:
    """The functions written in Python among them, those that NumPy has wrapped too."""
    found = [getattr(value, "__wrapped__", value) for value in values]
    return [each for each in found if isinstance(each, types.FunctionType)]


def _inside(function: types.FunctionType) -> tuple:
    return function.__code__, function.__defaults__, function.__kwdefaults__


def _exit(code: object = None) -> NoReturn:
    """End the cell: the kernel goes on."""
    raise SystemExit("the cell called exit()" if code is None else code)


if __name__ == "__main__":
    os.umask(0o077)
    main()
