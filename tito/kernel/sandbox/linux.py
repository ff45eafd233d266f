"""The system calls of Linux that Python does not offer. A refusal raises OSError."""

import ctypes
import os

NEWNS, NEWUTS, NEWIPC = 0x20000, 0x4000000, 0x8000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
RDONLY, NOSUID, NODEV, NOEXEC = 1, 2, 4, 8  # as flags of mount and as attributes of a mount
BIND, REC, PRIVATE = 0x1000, 0x4000, 0x40000
SETUID, SYS_ADMIN = 7, 21
_DETACH, _AT_FDCWD, _AT_RECURSIVE, _MOUNT_SETATTR = 2, -100, 0x8000, 442
_PDEATHSIG, _DUMPABLE, _BOUND_DROP, _NO_NEW_PRIVS, _SUBREAPER = 1, 4, 24, 38, 36
_CAPABILITY_VERSION = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> int:
    """What the C library's function `name` returns; text is passed on as a path."""
    plain = [os.fsencode(one) if isinstance(one, str) else one for one in arguments]
    result: int = getattr(_libc, name)(*plain)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}{arguments}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments: object) -> int:
    """The system call of that number, the same on every architecture from 400 on."""
    plain = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return call("syscall", ctypes.c_long(number), *plain)


def unshare(namespaces: int) -> None:
    call("unshare", namespaces)


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    call("mount", source, target, kind or None, ctypes.c_ulong(flags), options or None)


def bind(source: str, target: str) -> None:
    mount(source, target, flags=BIND | REC)


class _Attributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("add", "clear", "propagation", "userns")]


def change_mounts(target: str, add: int = 0, clear: int = 0, beneath: bool = True) -> None:
    """Give the mount, and by default all beneath it, attributes (RDONLY, ...), or take them away.

    Since Linux 5.12.
    """
    change = _Attributes(add=add, clear=clear)
    size = ctypes.sizeof(change)
    path = ctypes.c_char_p(os.fsencode(target))
    flags = _AT_RECURSIVE if beneath else 0
    syscall(_MOUNT_SETATTR, _AT_FDCWD, path, flags, ctypes.byref(change), size)


def enter_root(root: str) -> None:
    """Make `root`, a mount, the whole of the file system."""
    os.chdir(root)
    call("pivot_root", ".", ".")  # the old root now lies on top of the new one
    call("umount2", ".", _DETACH)
    os.chdir("/")


def prctl(option: int, value: int = 0) -> int:
    zero = ctypes.c_ulong(0)
    return call("prctl", option, ctypes.c_ulong(value), zero, zero, zero)


def die_with_parent(signal: int) -> None:
    prctl(_PDEATHSIG, signal)


def adopt_orphans() -> None:
    """Become the parent of what one's descendants leave behind."""
    prctl(_SUBREAPER, 1)


def hide_from_tracing(hide: bool) -> None:
    prctl(_DUMPABLE, 0 if hide else 1)


def no_new_privileges() -> None:
    prctl(_NO_NEW_PRIVS, 1)


def capable(capability: int) -> bool:
    """Whether this process has a capability (SETUID, SYS_ADMIN)."""
    with open("/proc/self/status") as lines:
        effective = next(line for line in lines if line.startswith("CapEff:"))
    return bool(int(effective.split()[1], 16) >> capability & 1)


def bound_capabilities() -> None:
    """Let no program that is started from here have any capability. Needs one itself, or none."""
    try:
        for capability in range(64):
            prctl(_BOUND_DROP, capability)
    except OSError:
        pass  # one more than this kernel knows, or not allowed: then no_new_privileges is enough


def drop_capabilities() -> None:
    """Give up every capability."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    call("capset", header, (ctypes.c_uint32 * 6)())
