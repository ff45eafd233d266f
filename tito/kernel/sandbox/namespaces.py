"""A jail of namespaces of one's own: for disk, processes, network, IPC and users.

Needs no other program, and no privilege where user namespaces are allowed.
"""

import os
from contextlib import suppress
from pathlib import Path

from tito.kernel.sandbox import linux
from tito.kernel.sandbox.limits import NOBODY, Limits
from tito.kernel.sandbox.messages import View

_OTHERS = linux.NEWNS | linux.NEWUTS | linux.NEWIPC | linux.NEWPID | linux.NEWNET
_DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = {"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1"}


def leave() -> None:
    """Leave the namespaces of this process; the next child is the first of its process namespace.

    Who is not root becomes NOBODY in a user namespace, with every right over these namespaces only.

    Raises: OSError where the system does not allow it.
    """
    if linux.capable(linux.SYS_ADMIN):
        return linux.unshare(_OTHERS)
    user, group = os.geteuid(), os.getegid()
    linux.unshare(_OTHERS | linux.NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")


def build(view: View, scratch: str, resources: Limits, owner: int) -> None:
    """Make the jail's disk and move into it. Called by the first process of the jail.

    scratch: the folder of the kernel's sockets. owner: the user to whom `/tmp` belongs, which is
    memory of limited size; all else is read-only.
    """
    root, flags = view.root, linux.NOSUID | linux.NODEV
    linux.mount("none", "/", flags=linux.REC | linux.PRIVATE)
    linux.mount("tmpfs", root, "tmpfs", flags, "size=4m,mode=755")
    os.mkdir(f"{root}/tmp")
    options = f"size={resources.disk},nr_inodes=20000,mode=700,uid={owner},gid={owner}"
    linux.mount("tmpfs", f"{root}/tmp", "tmpfs", flags, options)
    _show(root, view)
    _furnish(root, owner)
    os.makedirs(root + scratch, exist_ok=True)
    linux.bind(scratch, root + scratch)
    with suppress(OSError):  # refused in a container that hides parts of /proc: then there is none
        linux.mount("proc", f"{root}/proc", "proc", flags | linux.NOEXEC)
    _forbid_user_namespaces(f"{root}/proc")
    linux.change_mounts(root, add=linux.RDONLY | flags)
    linux.change_mounts(f"{root}/tmp", clear=linux.RDONLY, beneath=False)
    for name in _DEVICES:
        linux.bind(f"/dev/{name}", f"{root}/dev/{name}")
    linux.enter_root(root)
    linux.call("sethostname", "grading", 7)


def _show(root: str, view: View) -> None:
    shown = dict.fromkeys(view.hidden, False) | dict.fromkeys(view.shown, True)
    for path, visible in sorted(shown.items()):  # a folder comes before what lies in it
        target = root + path
        if os.path.islink(path):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if not os.path.lexists(target):
                os.symlink(os.readlink(path), target)
            continue
        _make(target, os.path.isdir(path))
        if visible:
            linux.bind(path, target)
        elif os.path.isdir(path):
            linux.mount("tmpfs", target, "tmpfs", linux.NOSUID | linux.NODEV, "size=64k,mode=755")
        else:
            linux.bind("/dev/null", target)


def _make(path: str, folder: bool) -> None:
    """A place to mount on; there may be one already, in a folder that is shown."""
    if os.path.exists(path):
        return
    os.makedirs(path if folder else os.path.dirname(path), exist_ok=True)
    if not folder:
        os.close(os.open(path, os.O_CREAT, 0o444))


def _furnish(root: str, owner: int) -> None:
    """What stands in every system: devices, /proc, /tmp, and one user."""
    for folder in ("/dev", "/proc", "/etc"):
        os.makedirs(root + folder, exist_ok=True)
    for name in _DEVICES:
        _make(f"{root}/dev/{name}", folder=False)
    for name, target in {**_LINKS, "shm": "/tmp"}.items():
        os.symlink(target, f"{root}/dev/{name}")
    Path(f"{root}/etc/passwd").write_text(f"student:x:{owner}:{owner}::/:/bin/false\n")
    Path(f"{root}/etc/group").write_text(f"student:x:{owner}:\n")


def _forbid_user_namespaces(proc: str) -> None:
    """A submission has no use for namespaces. Root has left the others without one of its own."""
    if os.geteuid() != 0:
        with suppress(OSError):  # as above: no /proc
            Path(f"{proc}/sys/user/max_user_namespaces").write_text("0")
