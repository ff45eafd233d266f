"""What a submission may use, and the user it is."""

import os
import resource
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tito.kernel.sandbox import linux

NOBODY = 65534
_FIRST = 0x70000000  # above what any system gives out: a user who owns nothing


@dataclass(frozen=True)
class Limits:
    """Bytes of memory of a process and of all together, processes and threads, bytes of a file
    and of all that is written, open files, and seconds of computing of a process."""

    memory: int = 4 << 30
    processes: int = 100
    file: int = 128 << 20
    disk: int = 256 << 20
    open_files: int = 512
    seconds: int = 3600


def own_user() -> int:
    """A user for one kernel: the caller, or, where the caller is root, one that is nobody's."""
    if os.geteuid() != 0 or not linux.capable(linux.SETUID):
        return os.geteuid()
    own = _FIRST + os.getpid()
    return own if _exists(own) else NOBODY


def _exists(user: int) -> bool:
    """Whether there is such a number here: a container may have fewer."""
    lines = Path("/proc/self/uid_map").read_text().splitlines()
    ranges = [map(int, line.split()) for line in lines]
    return any(first <= user < first + count for first, _, count in ranges)


def confine(resources: Limits, user: int, others: int) -> None:
    """Become that user, for good, and keep to the limits.

    others: how many processes and threads the user has besides; the system counts them too.
    """
    limits = {
        resource.RLIMIT_AS: resources.memory,
        resource.RLIMIT_FSIZE: resources.file,
        resource.RLIMIT_NOFILE: resources.open_files,
        resource.RLIMIT_CPU: resources.seconds,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_NPROC: resources.processes + others,
    }
    for limit, most in limits.items():
        _, hard = resource.getrlimit(limit)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))
    become(user)


def become(user: int) -> None:
    """Change to an ordinary user without capabilities, and never get any again."""
    linux.no_new_privileges()
    linux.bound_capabilities()
    if user != os.geteuid():
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    linux.drop_capabilities()


def running(user: int) -> int:
    """How many processes and threads the user has."""
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # gone
            if folder.stat().st_uid == user:
                count += len(os.listdir(folder / "task"))
    return count
