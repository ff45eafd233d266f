"""Forks a jailed kernel for each submission from a process that has imported what they all need.

Started by `client.Server` with `command`, in a Python without `site`, from the package tree of a
module, with the control socket as standard input. A request is one message with one
descriptor, the kernel's lifeline. The process that supervises the kernel answers on the lifeline,
and ends the kernel when told so or when the other end is closed; this process ends with its own.

With bubblewrap in between, the kernel is not forked but started, with the request as argument.
"""

import contextlib
import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import sys
import tempfile
import traceback
from pathlib import Path

from tito.kernel import launch
from tito.kernel.sandbox import levels, limits, linux, namespaces
from tito.kernel.sandbox.limits import Limits
from tito.kernel.server import supervisor

# Not matplotlib's backend: when it is imported, it looks for the kernel that it is to draw for.
_WARM = ("ipykernel.kernelapp", "numpy.testing", "numpy.random", "matplotlib.pyplot", "tito.checks")
_IDLE = 120  # seconds without a request or a kernel after which the server ends


def main() -> None:
    """Serve, or be the one kernel that the command line asks for."""
    os.umask(0o022)
    spec = json.loads(Path(sys.argv[1]).read_text())
    launch.isolate(spec["path"])
    if len(sys.argv) > 2:
        request = json.loads(sys.argv[2])
        run_kernel(spec, request, socket.socket(fileno=request["ready"]))
    else:
        control = socket.socket(fileno=os.dup(0))
        _close_standard_streams()
        serve(spec, control)


def serve(spec: dict, control: socket.socket) -> None:
    """Answer requests until the other end is closed; then remove the folders of the server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader to act on
    linux.adopt_orphans()
    if spec["level"] != "bubblewrap":
        _warm()
    while _asked(control, spec):
        supervisor.reap()  # so that the computing time of those that have ended counts as ours
        message, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 1)
        if not message:
            return _end(spec)
        lifeline = socket.socket(fileno=descriptors[0])
        if os.fork() == 0:
            control.close()
            _child(spec, json.loads(message), lifeline)
        lifeline.close()


def _asked(control: socket.socket, spec: dict) -> bool:
    """Wait for a request, or for the other end to be closed; False if there is nothing to do."""
    while not select.select([control], [], [], _IDLE)[0]:
        if not os.listdir(f"{spec['base']}/kernels"):
            return False
    return True


def _end(spec: dict) -> None:
    """The grader has ended, perhaps by being killed, and the kernels with it: leave nothing."""
    supervisor.end_descendants()
    levels.remove(Path(spec["base"]).parent)


def _warm() -> None:
    """Import what every kernel imports; of the course nothing but its checks."""
    for name in _WARM:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # else each kernel's collector touches, and so copies, all of it


def _child(spec: dict, request: dict, lifeline: socket.socket) -> None:
    """Become the supervisor of one kernel, in its namespaces if it has any, and never return."""
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        request["user"] = limits.own_user() if spec["apart"] else os.geteuid()
        request["others"] = limits.running(request["user"])
        if spec["level"] == "namespaces":
            _enter_namespaces(spec, request)
        linux.hide_from_tracing(True)
        supervisor.supervise(spec, request, lifeline, run_kernel)
    except BaseException:  # noqa: BLE001 - whatever it is goes to the grader
        supervisor.tell(lifeline, error=traceback.format_exc()[-2000:])
    finally:
        os._exit(1)


def _enter_namespaces(spec: dict, request: dict) -> None:
    """Go on as the first process of a jail: when it ends, so does everything in it."""
    namespaces.leave()
    if os.fork():
        os._exit(0)
    request["others"] = 0
    if os.geteuid() == limits.NOBODY:  # in a user namespace
        request["user"] = limits.NOBODY
    resources = Limits(**spec["resources"])
    namespaces.build(spec["view"], request["scratch"], resources, request["user"])


def run_kernel(spec: dict, request: dict, ready: socket.socket) -> None:
    """Shut oneself in, run a kernel, and end. `ready` is told when its sockets are there."""
    try:
        _close_standard_streams()
        ready = _only(ready)
        levels.confine(spec, request)
        linux.hide_from_tracing(False)
        os.umask(0o077)
        _settle(levels.room(spec["level"], request["scratch"]))
        app = launch.application().instance()
        if not request["figures"]:
            app.config.InlineBackend.figure_formats = set()
        app.initialize(request["options"])
        ready.sendall(b"ready")
        ready.recv(1)  # the supervisor has closed the folder of the sockets
        ready.close()
        app.start()
    except BaseException:  # noqa: BLE001 - whatever it is goes to the grader
        with contextlib.suppress(OSError):
            ready.sendall(traceback.format_exc()[-2000:].encode())
    finally:
        os._exit(0)


def _close_standard_streams() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)


def _only(ready: socket.socket) -> socket.socket:
    """`ready` as descriptor 3, and nothing open after it."""
    descriptor = ready.detach()
    os.dup2(descriptor, 3, inheritable=False)
    os.closerange(4, 4096)
    return socket.socket(fileno=3)


def _settle(room: Path) -> None:
    """Be at home in the room, and forget what all kernels of the server have in common."""
    for name in ("home", "submission"):
        (room / name).mkdir()
    os.environ.update(HOME=str(room / "home"), TMPDIR=str(room))
    os.chdir(room / "submission")
    tempfile.tempdir = None
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    signal.signal(signal.SIGINT, signal.default_int_handler)
