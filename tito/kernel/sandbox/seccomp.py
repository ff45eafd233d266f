"""Takes from a process, for good, system calls that no computation needs, by libseccomp.

https://github.com/seccomp/libseccomp
"""

import ctypes
import errno

from tito.kernel.sandbox import linux

_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_MASKED_EQUAL = 7
_REFUSED = (
    # Memory that counts as no process's.
    *("memfd_create", "memfd_secret", "shmget", "msgget", "semget"),
    # Namespaces: in one of its own a process could mount, a disk in memory for instance.
    *("unshare", "setns"),
    # Other processes, and the keys of whoever started the grader.
    *("ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd"),
    *("add_key", "request_key", "keyctl"),
    # Large parts of Linux in which flaws are found again and again.
    *("bpf", "io_uring_setup", "perf_event_open", "userfaultfd"),
)


class _Comparison(ctypes.Structure):
    _fields_ = [
        ("argument", ctypes.c_uint),
        ("how", ctypes.c_int),
        ("mask", ctypes.c_uint64),
        ("value", ctypes.c_uint64),
    ]


def available() -> bool:
    """Whether the library is installed, as it is on nearly every Linux."""
    return _library is not None


def restrict() -> None:
    """Let these calls fail from now on, here and in all child processes; nothing where the library
    is missing. Raises: OSError if the system refuses it."""
    if _library is None:
        return
    context = _library.seccomp_init(_ALLOW)
    for name in _REFUSED:
        _refuse(_library, context, name, errno.EPERM)
    new_user = _Comparison(0, _MASKED_EQUAL, linux.NEWUSER, linux.NEWUSER)
    _refuse(_library, context, "clone", errno.EPERM, new_user)
    # The flags of `clone3` are out of sight: programs take `clone` instead.
    _refuse(_library, context, "clone3", errno.ENOSYS)
    problem = _library.seccomp_load(context)
    _library.seccomp_release(context)
    if problem:
        raise OSError(-problem, "the filter of system calls was not taken")


def _refuse(library: ctypes.CDLL, context: int, name: str, error: int, *when: _Comparison) -> None:
    number = library.seccomp_syscall_resolve_name(name.encode())
    if number >= 0:  # else it is unknown here: too new, or not of this machine's
        conditions = (_Comparison * len(when))(*when)
        library.seccomp_rule_add_array(context, _REFUSE | error, number, len(when), conditions)


def _load() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return None
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_syscall_resolve_name.argtypes = [ctypes.c_char_p]
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.c_void_p,
    ]
    for function in (library.seccomp_load, library.seccomp_release):
        function.argtypes = [ctypes.c_void_p]
    library.seccomp_release.restype = None
    return library


_library = _load()
