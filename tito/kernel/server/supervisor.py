"""Watches over one kernel: passes signals on, ends it when it uses too much, leaves nothing behind.

In a jail it is the first process there, elsewhere the parent of whatever the kernel leaves behind;
it runs nothing of a submission's.
"""

import contextlib
import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from tito.kernel.sandbox import linux, usage
from tito.kernel.sandbox.limits import Limits
from tito.kernel.sandbox.messages import KernelStart

_TICK = 0.25  # seconds between two looks at what a kernel uses


def supervise(
    limits: Limits,
    start: KernelStart,
    lifeline: socket.socket,
    run: Callable[[socket.socket], None],
) -> None:
    """`run` a kernel, tell the lifeline that it is ready, and at last how it ended, in words."""
    wake, woken = socket.socketpair()
    for end in (wake, woken):
        end.setblocking(False)
    signal.set_wakeup_fd(woken.fileno())
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    linux.adopt_orphans()  # what the kernel leaves behind comes here, and is ended
    ours, theirs = socket.socketpair()
    kernel = os.fork()
    if kernel == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        run(theirs)
    theirs.close()
    for descriptor in start.sockets.values():
        os.close(descriptor)
    try:
        reason = _Watch(limits, start.scratch, kernel, lifeline, ours, wake).until_the_end()
    finally:
        end_descendants()
    tell(lifeline, end=reason)


def tell(lifeline: socket.socket, **words: object) -> None:
    """One line of JSON for the grader, should it still be there."""
    with contextlib.suppress(OSError):
        lifeline.sendall(json.dumps(words).encode() + b"\n")


@dataclass
class _Watch:
    """Waits for what may happen to a kernel."""

    limits: Limits
    scratch: str
    kernel: int
    lifeline: socket.socket
    ready: socket.socket
    wake: socket.socket

    def __post_init__(self) -> None:
        self.sources = [self.lifeline, self.ready, self.wake]
        self.next_look = time.monotonic() + _TICK
        self.sees = False  # whether the system lets this process look at what the kernel has open

    def until_the_end(self) -> str:
        """Why the kernel is at its end, in words."""
        while True:
            readable, _, _ = select.select(self.sources, [], [], _TICK)
            if self.wake in readable:
                self.wake.recv(4096)
            if self.ready in readable:
                self._kernel_speaks(self.ready.recv(1 << 16))
            if self.lifeline in readable and self._told_to_end(self.lifeline.recv(64)):
                return "the grader ended it"
            status = reap(self.kernel)
            if status is not None:
                return in_words(status, self.limits)
            if time.monotonic() > self.next_look and (reason := self._overuse()):
                return reason

    def _kernel_speaks(self, said: bytes) -> None:
        self.sources.remove(self.ready)
        if said == b"ready":
            with contextlib.suppress(PermissionError):  # root may lack the right in a container
                self.sees = usage.nameless([self.kernel]) >= 0
            tell(self.lifeline, ready=True)
            self.ready.close()
        elif said:
            tell(self.lifeline, error=said.decode(errors="replace"))

    def _told_to_end(self, signals: bytes) -> bool:
        if not signals or signal.SIGKILL in signals or signal.SIGTERM in signals:
            return True
        for number in signals:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.kernel, number)
        return False

    def _overuse(self) -> str:
        self.next_look = time.monotonic() + _TICK
        most = self.limits
        processes = usage.descendants()
        # The quick figure counts what processes share once for each of them.
        if all(
            sum(map(count, processes)) > most.memory for count in (usage.resident, usage.memory)
        ):
            return f"it used more than {in_units(most.memory)} of memory"
        try:
            if self.sees and usage.nameless(processes) > most.disk:
                return f"it held more than {in_units(most.disk)} in deleted but open files"
            if usage.written(self.scratch) > most.disk:
                return f"it wrote more than {in_units(most.disk)}"
        except OSError as problem:
            return f"it hid what it uses: {problem.strerror}"
        return ""


def in_words(status: int, limits: Limits) -> str:
    """What an exit status says."""
    if not os.WIFSIGNALED(status):
        return f"it ended itself with status {os.waitstatus_to_exitcode(status)}"
    number = os.WTERMSIG(status)
    if number == signal.SIGXCPU:
        return f"it used more than {limits.seconds} s of CPU time"
    return f"it was ended by the signal {signal.Signals(number).name}"


def in_units(size: int) -> str:
    return f"{size >> 30} GiB" if size >= 1 << 30 else f"{size >> 20} MiB"


def reap(kernel: int | None = None) -> int | None:
    """Wait for all children that have ended; the kernel's status if it is among them."""
    status = None
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            status = ended[1] if ended[0] == kernel else status
    return status


def end_descendants() -> None:
    """End whatever is below this process. Each is stopped first, so that none has more children."""
    if os.getpid() == 1:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
    stopped: set[int] = set()
    while new := set(usage.descendants()) - stopped:
        _signal(new, signal.SIGSTOP)
        stopped |= new
    _signal(stopped, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def _signal(pids: set[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
