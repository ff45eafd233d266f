"""Landlock: a process gives up, for good, all of the disk but what it names. Since Linux 5.13.

https://docs.kernel.org/userspace-api/landlock.html
"""

import ctypes
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from tito.kernel.sandbox import linux

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the numbers of its system calls
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _MAKE_SOCK, _TRUNCATE = 1, 2, 4, 8, 1 << 9, 1 << 14
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_READ = _EXECUTE | _READ_FILE | _READ_DIR
# How many kinds of access to the disk the versions 1, 2, ... of Landlock know.
_KINDS = (13, 14, 15, 15, 16)
_TCP, _SIGNALS_AND_ABSTRACT_SOCKETS = 3, 3
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class _Ruleset(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("files", "network", "scope")]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("access", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def version() -> int:
    """The version of Landlock that the system has; 0 if none."""
    with suppress(OSError):
        return linux.syscall(_CREATE, 0, 0, 1)
    return 0


def restrict(shown: Iterable[str], written: Iterable[str], sockets: Iterable[str]) -> None:
    """Read beneath `shown`, write beneath `written`, make sockets in `sockets`, and nothing else.

    From version 4 on no TCP, from 6 on no signals to processes outside.
    Raises: OSError where the system has no Landlock.
    """
    known = version()
    everything = (1 << _KINDS[min(max(known, 1), len(_KINDS)) - 1]) - 1
    rules = _Ruleset(everything)
    rules.network = _TCP if known >= 4 else 0
    rules.scope = _SIGNALS_AND_ABSTRACT_SOCKETS if known >= 6 else 0
    size = 8 if known < 4 else 16 if known < 6 else 24
    ruleset = linux.syscall(_CREATE, ctypes.byref(rules), size, 0)
    for paths, access in (
        (shown, _READ),
        (written, everything),
        (sockets, _READ | _MAKE_SOCK),
        (DEVICES, _READ_FILE | _WRITE_FILE),
    ):
        for path in paths:
            _allow(ruleset, path, access & everything)
    linux.no_new_privileges()
    linux.syscall(_RESTRICT, ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, access: int) -> None:
    with suppress(FileNotFoundError):
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = _Beneath(access if os.path.isdir(path) else access & _OF_FILES, folder)
        linux.syscall(_ADD, ruleset, 1, ctypes.byref(rule), 0)
        os.close(folder)


def without(path: str, hidden: set[str]) -> Iterator[str]:
    """`path`, or, where some of it is hidden, all in it that is not: Landlock only ever allows."""
    if path in hidden:
        return
    if not any(each.startswith(f"{path}/") for each in hidden):
        yield path
        return
    for entry in Path(path).iterdir():
        yield from without(str(entry), hidden)
