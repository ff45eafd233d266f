"""The grader's side of the fork servers: one for each module, started when first needed."""

import atexit
import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from tito.catalog import Module
from tito.course import Course
from tito.kernel.sandbox import bubblewrap, levels, mounts
from tito.kernel.sandbox.limits import Limits
from tito.kernel.sandbox.messages import KernelRequest, ServerSpec, View
from tito.kernel.server import reference_package

_START = 60  # seconds that a kernel may take to be ready
_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH")
# As a kernel would set it itself, before matplotlib is imported.
_PLOTS = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}


class Kernel:
    """A kernel that a server started. It lives as long as this end of its lifeline is open.

    Has the methods of `subprocess.Popen` that Jupyter's provisioners call.
    """

    stdin = stdout = stderr = None

    def __init__(self, lifeline: socket.socket):
        self.lifeline = lifeline
        self.status: int | None = None
        self.reason = ""
        self._heard = b""

    def begin(self) -> None:
        """Wait until it is ready. Raises: RuntimeError with what went wrong."""
        told = self._listen(_START)
        if not told.get("ready"):
            self.close()
            why = told.get("error") or told.get("end") or f"it was not ready within {_START} s"
            raise RuntimeError(f"the kernel could not be started: {why}")

    def poll(self) -> int | None:
        """None while it runs."""
        if self.status is None and (told := self._listen(0)):
            self.status, self.reason = 1, told.get("end", "")
        return self.status

    def wait(self) -> int | None:
        """Wait until nothing of it is left."""
        while self.poll() is None:
            select.select([self.lifeline], [], [])
        self.close()
        return self.status

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(OSError):  # it has ended
            self.lifeline.send(bytes([number]))

    def kill(self) -> None:
        self.send_signal(9)

    def terminate(self) -> None:
        self.kill()

    def close(self) -> None:
        self.lifeline.close()
        self.status = 1 if self.status is None else self.status

    def _listen(self, seconds: float) -> dict:
        """What the supervisor says next; nothing if it is silent for so long."""
        while b"\n" not in self._heard:
            if not select.select([self.lifeline], [], [], seconds)[0]:
                return {}
            with contextlib.suppress(ConnectionResetError):
                if said := self.lifeline.recv(1 << 16):
                    self._heard += said
                    continue
            return {"end": "the system ended it", "error": "the process that starts it has ended"}
        line, _, self._heard = self._heard.partition(b"\n")
        return json.loads(line)


class Server:
    """A process that has imported what kernels need, and forks one for each request.

    All its folders lie in one, which it removes itself should the grader be killed.
    """

    def __init__(self, course: Course, module: Module, level: str, resources: Limits, env: dict):
        # Closed to the other users of this machine; what is in it is open to those of the kernels.
        self.folder = Path(tempfile.mkdtemp(prefix="tito-", dir=_place())).resolve()
        base = self.base = self.folder / "base"
        try:
            prepare(course, module, base)
            (base / "spec.json").write_text(_spec(course, base, level, resources).to_json())
            # The Python beneath the environment: children of a kernel's find no other.
            python: str = sys._base_executable  # type: ignore[attr-defined]  # it has no other name
            command = bubblewrap.python_in(str(base), python)
            self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            env = environment(base, env)
            with theirs, (base / "log").open("wb") as log:
                self.process = subprocess.Popen(
                    command,
                    stdin=theirs.fileno(),
                    stdout=log,
                    stderr=log,
                    env=env,
                    cwd="/",
                    start_new_session=True,  # who kills the grader's group leaves it to tidy up
                )
        except BaseException:
            self._remove()
            raise

    def scratch(self) -> Path:
        """A new folder for one kernel."""
        return Path(tempfile.mkdtemp(dir=self.base / "kernels", prefix=""))

    def start(self, scratch: Path, options: list[str], figures: bool) -> Kernel:
        """A kernel that is ready, and draws figures or not.

        Raises: RuntimeError if it cannot be started.
        """
        ours, theirs = socket.socketpair()
        request = KernelRequest(str(scratch), options, figures).to_json()
        with theirs, contextlib.suppress(BrokenPipeError):  # said below, with the reason
            socket.send_fds(self.control, [request.encode()], [theirs.fileno()])
        kernel = Kernel(ours)
        try:
            kernel.begin()
        except RuntimeError as problem:
            log = (self.base / "log").read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{problem} {log}".strip()) from None
        return kernel

    def running(self) -> bool:
        return self.process.poll() is None

    def close(self) -> None:
        """End the server and remove its folder; its kernels end with their lifelines."""
        self.control.close()
        self.process.wait()
        self._remove()

    def _remove(self) -> None:
        levels.remove(self.folder)


def _place() -> str:
    """Where temporary folders go, but not in /tmp: in a jail that is the submission's, which could
    rename the folders there, and put others in their place."""
    usual = tempfile.gettempdir()
    return "/var/tmp" if usual == "/tmp" and os.access("/var/tmp", os.W_OK) else usual


_servers: dict[tuple, Server] = {}
_lock = threading.Lock()


def server(course: Course, module: Module, level: str, resources: Limits, env: dict) -> Server:
    """The server of a module as it is now, started if there is none. Threads may share it."""
    key = (repr(course), module.stem, level, resources, *env.items(), *_state(course, module))
    with _lock:
        found = _servers.get(key)
        if found is None or not found.running():
            if found is not None:
                found.close()
            found = _servers[key] = Server(course, module, level, resources, env)
    return found


def _state(course: Course, module: Module) -> list[int]:
    """When the files that a server copies were changed: a build in between needs a new one."""
    lower = [each for each in course.modules if each.number < module.number]
    paths = [course.package / "__init__.py", *map(course.exported, lower)]
    return [path.stat().st_mtime_ns for path in paths if path.is_file()]


@atexit.register
def close_all() -> None:
    """End all servers."""
    with _lock:
        while _servers:
            _servers.popitem()[1].close()


def _forget() -> None:
    """In a forked worker: its parent's servers are not its own, nor should it keep them alive."""
    global _lock
    _lock = threading.Lock()
    for each in _servers.values():
        each.control.close()
    _servers.clear()


os.register_at_fork(after_in_child=_forget)


def prepare(course: Course, module: Module, base: Path) -> None:
    """Make the folders of a server: the package tree, the links to packages, a home with
    matplotlib's list of fonts, and empty ones for the jail to be built on and for kernels."""
    for folder in (base, *(base / name for name in ("tree", "home", "root", "kernels"))):
        folder.mkdir()
    reference_package.assemble(course, module, base / "tree")
    mounts.link_packages(base)
    mounts.copy_fonts(base / "home")


def _spec(course: Course, base: Path, level: str, resources: Limits) -> ServerSpec:
    imported = mounts.imported(base)
    if level not in levels.STRONG:  # then the folders above are those of the system
        base.parent.chmod(0o711)
        imported += [folder for place in imported for folder in place.parents]
    return ServerSpec(
        base=str(base),
        level=level,
        path=[str(base / name) for name in ("tree", *mounts.PACKAGES)],
        view=View(mounts.shown(base), mounts.hidden(course, base), str(base / "root")),
        limits=resources,
        bwrap=bubblewrap.program() or "",
        apart=all(mounts.open_to_others(place) for place in imported),
    )


def environment(base: Path, more: dict[str, str]) -> dict[str, str]:
    """All that a server and its kernels find in their environment."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {"PATH": os.defpath, "HOME": f"{base}/home"} | kept | _PLOTS | more
