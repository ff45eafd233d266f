"""Starts the IPython kernel of both kernelspecs.

- What is written to stderr (warnings, logging, `print(file=sys.stderr)`) arrives as stdout, because
  nbgrader gives a cell with anything on stderr no points.
- The names that the graded cells check with keep their meaning (see `_keep_checks`).
- `exit()` raises SystemExit in its cell; ipykernel's own would end the kernel a moment later.
- The folder of the notebook is not on the path: a file beside it would be missing in grading.

In grading `forkserver` calls what is here, in a Python without `site` (`python -I -S`).
"""

import logging
import os
import site
import sys
from pathlib import Path


def main() -> None:
    """Run a student's kernel."""
    prefer_workspace(Path.cwd())
    application().launch_instance()


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


def application():
    """The kernel application, an `IPKernelApp`."""
    from ipykernel.kernelapp import IPKernelApp
    from traitlets import default

    class KernelApp(IPKernelApp):
        ignore_cwd = True

        @default("log_level")
        def _errors_only(self):
            # It warns at every start that what stays on this computer is not encrypted.
            return logging.ERROR

        def init_io(self):
            super().init_io()
            # After the redirection of descriptor 2, which goes by the name.
            sys.stderr.name, sys.stderr.topic = "stdout", b"stream.stdout"

        def init_shell(self):
            super().init_shell()
            self.shell.user_ns_hidden.update({"exit": _exit, "quit": _exit})
            self.shell.user_ns.update({"exit": _exit, "quit": _exit})
            _keep_checks(self.shell)

    return KernelApp


def _keep_checks(shell) -> None:
    """Before each cell, put back the checks that the graded cells call, should code hide them.

    A variable named `close` would make every later test pass, by accident or not.
    """
    from tito import checks

    own = {name: getattr(checks, name) for name in checks.__all__}

    def restore(info):
        vars(checks).update(own)
        shell.user_ns.update({name: own[name] for name in own if name in shell.user_ns})

    shell.events.register("pre_run_cell", restore)


def _exit(code=None):
    """End the cell: the kernel goes on."""
    raise SystemExit("the cell called exit()" if code is None else code)


if __name__ == "__main__":
    os.umask(0o077)
    main()
