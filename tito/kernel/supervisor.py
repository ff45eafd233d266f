"""Watches over one kernel: passes signals on, ends it when it uses too much, leaves nothing behind.

In a jail of namespaces it is the first process there, elsewhere the parent of whatever the kernel
leaves behind; it runs nothing of a submission's.
"""

import contextlib
import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tito.kernel import bubblewrap, jail, limits, linux, namespaces
from tito.kernel.limits import Resources

_TICK = 0.25  # seconds between two looks at what a kernel uses


def supervise(spec: dict, request: dict, lifeline: socket.socket, run_kernel: Callable) -> None:
    """Start a kernel, tell the lifeline that it is ready, and at last how it ended, in words."""
    wake, woken = socket.socketpair()
    for end in (wake, woken):
        end.setblocking(False)
    signal.set_wakeup_fd(woken.fileno())
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    linux.adopt_orphans()  # what the kernel leaves behind comes here, and is ended
    jail.make_room(spec["level"], request)
    ours, theirs = socket.socketpair()
    kernel = os.fork()
    if kernel == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if spec["level"] == "bubblewrap":
            bubblewrap.replace(spec, request, theirs)
        run_kernel(spec, request, theirs)
    theirs.close()
    try:
        reason = _Watch(spec, request, lifeline, ours, wake, kernel).until_the_end()
    finally:
        end_descendants()
    tell(lifeline, end=reason)


def tell(lifeline: socket.socket, **words: object) -> None:
    """One line of JSON for the grader, should it still be there."""
    with contextlib.suppress(OSError):
        lifeline.sendall(json.dumps(words).encode() + b"\n")


class _Watch:
    """Waits for what may happen to a kernel."""

    def __init__(self, spec, request, lifeline, ready, wake, kernel):
        self.spec, self.request, self.kernel = spec, request, kernel
        self.lifeline, self.ready, self.wake = lifeline, ready, wake
        self.resources = Resources(**spec["resources"])
        self.sources = [lifeline, ready, wake]
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
                return in_words(status, self.resources)
            if time.monotonic() > self.next_look and (reason := self._overuse()):
                return reason

    def _kernel_speaks(self, said: bytes) -> None:
        self.sources.remove(self.ready)
        if said == b"ready":
            if self.spec["level"] == "namespaces":
                namespaces.close(self.request["scratch"])
                limits.become(self.request["user"])
            with contextlib.suppress(PermissionError):  # root may lack the right in a container
                self.sees = nameless([self.kernel]) >= 0
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
        most = self.resources
        processes = descendants()
        # The quick figure counts what processes share once for each of them.
        if all(sum(map(count, processes)) > most.memory for count in (resident, memory)):
            return f"it used more than {in_units(most.memory)} of memory"
        try:
            if self.sees and nameless(processes) > most.disk:
                return f"it held more than {in_units(most.disk)} in files without a name"
            if written(self.request["scratch"]) > most.disk:
                return f"it wrote more than {in_units(most.disk)}"
        except OSError as problem:
            return f"it hid what it uses: {problem.strerror}"
        return ""


def in_words(status: int, resources: Resources) -> str:
    """What an exit status says."""
    if not os.WIFSIGNALED(status):
        return f"it ended itself with status {os.waitstatus_to_exitcode(status)}"
    number = os.WTERMSIG(status)
    if number == signal.SIGXCPU:
        return f"it computed for more than {resources.seconds} s"
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
    while new := set(descendants()) - stopped:
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


def descendants() -> list[int]:
    """The processes below this one that have not ended."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(") ")[2].split()[:2]
            if state not in "ZX":
                parents[int(folder.name)] = int(parent)
    found, new = set(), {os.getpid()}
    while new:
        new = {pid for pid, parent in parents.items() if parent in new} - found
        found |= new
    return sorted(found)


def resident(pid: int) -> int:
    """Bytes of memory that a process has, files aside; what it shares is counted in full."""
    return sum(_figures(pid, "status", "RssAnon", "RssShmem").values())


def memory(pid: int) -> int:
    """The same, with its part of what it shares. Takes the system a millisecond to find out."""
    figures = _figures(pid, "smaps_rollup", "Pss_Anon", "Pss_Shmem")
    return sum(figures.values()) if figures else resident(pid)  # it can refuse to be looked at


def _figures(pid: int, page: str, *names: str) -> dict[str, int]:
    """Lines `NAME:  NUMBER kB` of a page in /proc, in bytes; nothing if it cannot be read."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/{page}").read_text().splitlines()
        pairs = (line.split(":") for line in lines if line.partition(":")[0] in names)
        return {name: int(figure.split()[0]) << 10 for name, figure in pairs}
    return {}


def nameless(processes: list[int]) -> int:
    """Bytes of the files that are open, or mapped and shared, but have no name any more: neither
    the disk nor a process's memory shows them. Raises: PermissionError if a process hides them."""
    found: dict[int, int] = {}
    for pid in processes:
        try:
            for inode, size in _nameless_of(pid):
                found[inode] = max(size, found.get(inode, 0))
        except (FileNotFoundError, ProcessLookupError):
            continue
        except PermissionError:
            if _figures(pid, "status", "VmSize"):
                raise
            # Else it is at its end: it has no memory any more, and its files are root's.
    return sum(found.values())


def _nameless_of(pid: int) -> Iterator[tuple[int, int]]:
    """The same for one process: inodes and sizes."""
    for entry in os.scandir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):
            opened = entry.stat()
            if not opened.st_nlink:
                yield opened.st_ino, opened.st_blocks * 512
    for line in Path(f"/proc/{pid}/maps").read_bytes().splitlines():
        if line.endswith(b"(deleted)"):
            place, rights, _, _, inode, _ = line.split(maxsplit=5)
            if rights.endswith(b"s"):
                first, last = (int(end, 16) for end in place.split(b"-"))
                yield int(inode), last - first


def written(folder: str) -> int:
    """Bytes of disk that all in the folder takes. Raises: OSError where it cannot be looked at."""
    size, folders = 0, [folder]
    while folders:
        with contextlib.suppress(FileNotFoundError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    size += max(4096, entry.stat(follow_symlinks=False).st_blocks * 512)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
    return size
