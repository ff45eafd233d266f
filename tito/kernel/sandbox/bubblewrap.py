"""The jail that bubblewrap makes, a program that many systems allow more than others.

https://github.com/containers/bubblewrap
"""

import os
import shutil
import sys
from pathlib import Path

from tito.kernel.sandbox import linux
from tito.kernel.sandbox.limits import NOBODY
from tito.kernel.sandbox.messages import KernelStart, ServerSpec, View

# The supervisor is the first process there: one of bubblewrap's own could be traced from inside.
_APART = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--as-pid-1")
_SHARED_MEMORY = 64 << 20


def program() -> str | None:
    return shutil.which("bwrap")


def python_in(base: str, python: str) -> list[str]:
    """The command that runs `forkserver.main` from the tree in `base`, and has no other path."""
    start = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); "
        "from tito.kernel.server import forkserver; forkserver.main()"
    )
    return [python, "-I", "-S", "-B", "-c", start, f"{base}/tree", f"{base}/spec.json"]


def replace(spec: ServerSpec, start: KernelStart) -> None:
    """Become bubblewrap with a supervisor inside, for which the descriptors are left open."""
    for descriptor in (start.lifeline, *start.sockets.values()):
        os.set_inheritable(descriptor, True)
    command = [spec.bwrap, *options(spec.view, start.scratch, spec.limits.disk), "--"]
    os.execv(spec.bwrap, [*command, *python_in(spec.base, sys.executable), start.to_json()])


def options(view: View, scratch: str, disk: int) -> list[str]:
    """bubblewrap's options for the same jail as `namespaces.build` makes."""
    tmp = ["--perms", "1777", "--size", str(disk), "--tmpfs", "/tmp"]
    shared = ["--perms", "1777", "--size", str(_SHARED_MEMORY), "--tmpfs", "/dev/shm"]
    proc = ["--proc", "/proc", "--remount-ro", "/proc"]
    devices = ["--dev", "/dev", *shared, "--remount-ro", "/dev"]
    covers = [path for path in view.hidden if os.path.isdir(path)]
    places = ["--ro-bind", scratch, scratch, "--chdir", "/tmp"]
    places += [word for path in ("/", *covers) for word in ("--remount-ro", path)]
    return [*_APART, *_user(), "--die-with-parent", *tmp, *_shown(view), *proc, *devices, *places]


def _user() -> list[str]:
    """An ordinary user is mapped to nobody; root becomes another inside, and may do no more."""
    if linux.capable(linux.SYS_ADMIN):
        return ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return ["--unshare-user", "--uid", str(NOBODY), "--gid", str(NOBODY)]


def _shown(view: View) -> list[str]:
    shown = dict.fromkeys(view.hidden, False) | dict.fromkeys(view.shown, True)
    command = []
    for path in sorted(_above(view.shown)):  # else these are closed to the kernel's user
        command += ["--perms", "0755", "--dir", path]
    for path, visible in sorted(shown.items()):
        if os.path.islink(path) and visible:
            command += ["--symlink", os.readlink(path), path]
        elif visible:
            command += ["--ro-bind", path, path]
        elif os.path.isdir(path):
            command += ["--tmpfs", path]
        else:
            command += ["--ro-bind", "/dev/null", path]
    return command


def _above(shown: list[str]) -> set[str]:
    """The folders above the paths that are shown, but for those that are shown themselves."""
    above = {str(folder) for path in shown for folder in Path(path).parents} - {"/", "/tmp"}
    return {path for path in above if not f"{path}/".startswith(tuple(f"{one}/" for one in shown))}
