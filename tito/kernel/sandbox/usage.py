"""What a kernel and all that it has started use of memory and disk, as /proc says."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


def descendants() -> list[int]:
    """The processes below this one that have not ended."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent = (folder / "stat").read_text().rpartition(") ")[2].split()[:2]
            if state not in "ZX":
                parents[int(folder.name)] = int(parent)
    found: set[int] = set()
    new = {os.getpid()}
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
