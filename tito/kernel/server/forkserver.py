"""Forks a jailed kernel for each submission from a process that has imported what they all need.

Started by `client.Server` with `command`, in a Python without `site`, from the package tree of a
module, with the control socket as standard input. A request is one message with one
descriptor, the kernel's lifeline. The process that supervises the kernel answers on the lifeline,
and ends the kernel when told so or when the other end is closed; this process ends with its own.

With bubblewrap in between, the supervisor is started, not forked, with what it is told as argument.
"""

import contextlib
import gc
import importlib
import os
import random
import select
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from tito.kernel import launch
from tito.kernel.sandbox import bubblewrap, levels, limits, linux, namespaces
from tito.kernel.sandbox.messages import KernelRequest, KernelStart, ServerSpec
from tito.kernel.server import sockets, supervisor

# Not matplotlib's backend: when it is imported, it looks for the kernel that it is to draw for.
_WARM = ("ipykernel.kernelapp", "numpy.testing", "numpy.random", "matplotlib.pyplot", "tito.checks")
_IDLE = 120  # seconds without a request or a kernel after which the server ends


def main() -> None:
    """Serve, or supervise the one kernel that the command line asks for."""
    os.umask(0o022)
    spec = ServerSpec.from_json(Path(sys.argv[1]).read_text())
    launch.isolate(spec.path)
    if len(sys.argv) > 2:
        start = KernelStart.from_json(sys.argv[2])
        lifeline = socket.socket(fileno=start.lifeline)
        with _to_the_end(lifeline):
            _supervise(spec, _inside(start), lifeline)
    else:
        control = socket.socket(fileno=os.dup(0))
        _close_standard_streams()
        serve(spec, control)


def serve(spec: ServerSpec, control: socket.socket) -> None:
    """Answer requests until the other end is closed; then remove the folders of the server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader to act on
    linux.adopt_orphans()
    if spec.level != "bubblewrap":
        _warm()
    while _asked(control, spec):
        supervisor.reap()  # so that the computing time of those that have ended counts as ours
        message, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 1)
        if not message:
            return _end(spec)
        lifeline = socket.socket(fileno=descriptors[0])
        if os.fork() == 0:
            control.close()
            with _to_the_end(lifeline):
                _child(spec, KernelRequest.from_json(message), lifeline)
        lifeline.close()


def _asked(control: socket.socket, spec: ServerSpec) -> bool:
    """Wait for a request, or for the other end to be closed; False if there is nothing to do."""
    while not select.select([control], [], [], _IDLE)[0]:
        if not os.listdir(f"{spec.base}/kernels"):
            return False
    return True


def _end(spec: ServerSpec) -> None:
    """The grader has ended, perhaps by being killed, and the kernels with it: leave nothing."""
    supervisor.end_descendants()
    levels.remove(Path(spec.base).parent)


def _warm() -> None:
    """Import what every kernel imports; of the course nothing but its checks."""
    for name in _WARM:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # else each kernel's collector touches, and so copies, all of it


@contextlib.contextmanager
def _to_the_end(lifeline: socket.socket) -> Iterator[None]:
    """What this process does last: it ends with it, and tells the grader what goes wrong."""
    try:
        yield
    except BaseException:  # noqa: BLE001 - whatever it is goes to the grader
        supervisor.tell(lifeline, error=traceback.format_exc()[-2000:])
    finally:
        os._exit(1)


def _child(spec: ServerSpec, request: KernelRequest, lifeline: socket.socket) -> None:
    """Become the supervisor of one kernel, in a jail if there is one."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    user, scratch = limits.own_user() if spec.apart else os.geteuid(), Path(request.scratch)
    levels.make_room(spec.level, scratch, user)
    start = KernelStart(
        **vars(request),
        user=user,
        others=limits.running(user),
        sockets=sockets.listen(scratch),
        lifeline=lifeline.fileno(),
    )
    if spec.level == "bubblewrap":
        bubblewrap.replace(spec, start)
    if spec.level == "namespaces":
        start = _enter_namespaces(spec, start)
    _supervise(spec, start, lifeline)


def _enter_namespaces(spec: ServerSpec, start: KernelStart) -> KernelStart:
    """Go on as the first process of a jail: when it ends, so does everything in it."""
    namespaces.leave()
    if os.fork():
        os._exit(0)
    start = _inside(start)
    namespaces.build(spec.view, start.scratch, spec.limits, start.user)
    return start


def _inside(start: KernelStart) -> KernelStart:
    """As it is in a jail: in a user namespace there is but one user, and nothing else of theirs."""
    alone = os.geteuid() == limits.NOBODY
    return replace(start, user=limits.NOBODY, others=0) if alone else start


def _supervise(spec: ServerSpec, start: KernelStart, lifeline: socket.socket) -> None:
    if spec.level in levels.STRONG:
        limits.become(start.user)
    linux.hide_from_tracing(True)
    supervisor.supervise(spec.limits, start, lifeline, partial(run_kernel, spec, start))


def run_kernel(spec: ServerSpec, start: KernelStart, ready: socket.socket) -> None:
    """Shut oneself in, run a kernel, and end. `ready` is told when it can be talked to."""
    try:
        _close_standard_streams()
        _close_all_but(ready.fileno(), *start.sockets.values())
        levels.confine(spec, start)
        linux.hide_from_tracing(False)
        os.umask(0o077)
        _settle(levels.room(spec.level, start.scratch))
        sockets.hand_over(start.sockets)
        app = launch.application().instance()
        if not start.figures:
            app.config.InlineBackend.figure_formats = set()
        app.initialize(start.options)
        ready.sendall(b"ready")
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


def _close_all_but(*kept: int) -> None:
    """Close all descriptors but these and the standard streams."""
    bounds = [2, *sorted(kept), 4096]
    for before, after in pairwise(bounds):
        os.closerange(before + 1, after)
    for descriptor in kept:
        os.set_inheritable(descriptor, False)


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
