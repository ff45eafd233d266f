"""How far a submission is shut in: the rungs of the ladder, which of them this system allows, and
what each means in words.
"""

import contextlib
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tito.kernel.sandbox import bubblewrap, landlock, limits, linux, namespaces, seccomp
from tito.kernel.sandbox.limits import Limits

STRONG = ("namespaces", "bubblewrap")  # rungs with a disk, a network and processes of their own
INSIDE = Path("/tmp")  # where a submission may write there


@dataclass(frozen=True)
class Level:
    """A rung of the ladder: a word, a sentence for the report, and whether to say it loudly."""

    name: str
    sentence: str
    weak: bool


LADDER = (
    Level(
        "namespaces",
        "Each submission ran in namespaces of its own: no network, no other process, and of the "
        "disk only the system's libraries, read-only.",
        False,
    ),
    Level(
        "bubblewrap",
        "Each submission ran in bubblewrap: no network, no other process, and of the disk only "
        "the system's libraries, read-only.",
        False,
    ),
    Level(
        "landlock",
        "WEAKLY SANDBOXED: Landlock kept submissions from reading and writing the disk, but they "
        "saw the network and shared memory and processes with the grader.",
        True,
    ),
    Level(
        "rlimits",
        "NOT SANDBOXED: submissions could read and write all that the grader can, and use the "
        "network; only memory, processes and the size of files were limited.",
        True,
    ),
)


def level(required: str = "auto") -> Level:
    """The best rung that this system allows, or the required one.

    Raises: ValueError if there is no such rung, PermissionError if it cannot be had.
    """
    if required != "auto" and required not in [rung.name for rung in LADDER]:
        names = ", ".join(rung.name for rung in LADDER)
        raise ValueError(f"no jail is called {required!r}: choose auto or one of {names}")
    for rung in LADDER:
        if required in ("auto", rung.name):
            refusal = refused(rung.name)
            if not refusal:
                return rung
    raise PermissionError(
        f"the configuration asks for the jail {required!r}, which this system refuses ({refusal}): "
        "nothing is graded. See docs/grading.md, or set c.GradingProvisioner.jail to 'auto'"
    )


@functools.cache
def refused(name: str) -> str:
    """Why the system refuses a rung, which is found by trying in another process; or nothing."""
    command = [sys.executable, "-P", "-m", "tito.kernel.sandbox.levels", name]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return "" if done.returncode == 0 else " ".join(lines[-1:]) or f"status {done.returncode}"


def room(name: str, scratch: str) -> Path:
    """The folder that a submission may write to."""
    return INSIDE if name in STRONG else Path(scratch) / "room"


def make_room(name: str, request: dict) -> None:
    """Give the kernel's user the folders outside that it may write to."""
    scratch, user = Path(request["scratch"]), request["user"]
    if name not in STRONG:
        remove(scratch / "room")  # of a kernel that is restarted
        (scratch / "room").mkdir()
    if user != os.geteuid():
        for path in (scratch, *scratch.iterdir()):
            os.chown(path, user, -1, follow_symlinks=False)  # a kernel before this one made them


def remove(folder: Path) -> None:
    """Remove what a submission may have written to, however deep or locked; nothing runs there."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if folder.is_dir() and not folder.is_symlink():
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            subprocess.run([*command, "--", folder], capture_output=True, check=False)


def confine(spec: dict, request: dict) -> None:
    """Shut in this process, which is to be the kernel, for good.

    In the strong jails Landlock, where the system has it, is a second wall: of their disk only the
    room can be written to, and beside it lie the kernel's sockets.
    """
    name, scratch = spec["level"], request["scratch"]
    if name == "landlock" or (name in STRONG and landlock.version()):
        shown = ["/"] if name in STRONG else spec["view"]["allowed"]
        shared = ["/dev/shm"] if name in STRONG else []
        landlock.restrict(shown, [str(room(name, scratch)), *shared], [scratch])
    limits.confine(Limits(**spec["resources"]), request["user"], request["others"])
    if name not in STRONG:
        linux.die_with_parent(9)
    seccomp.restrict()


def _try(name: str) -> None:
    """Enter a small jail of that kind, or raise."""
    view = {"shown": [path for path in ("/bin", "/lib", "/lib64", "/usr") if os.path.exists(path)]}
    with tempfile.TemporaryDirectory() as folder:
        for each in ("root", "scratch"):
            Path(folder, each).mkdir()
        view |= {"hidden": [], "root": f"{folder}/root"}
        {"namespaces": _namespaces, "bubblewrap": _bubblewrap, "landlock": _landlock}.get(
            name, lambda *arguments: None
        )(view, f"{folder}/scratch")


def _namespaces(view: dict, scratch: str) -> None:
    def enter():
        namespaces.leave()
        _in_child(lambda: namespaces.build(view, scratch, Limits(), os.geteuid()))

    _in_child(enter)


def _in_child(action: Callable[[], object]) -> None:
    """Do what cannot be undone in a process of its own. Raises: SystemExit if that fails."""
    child = os.fork()
    if child:
        if os.waitpid(child, 0)[1]:
            raise SystemExit(1)
        return
    try:
        action()
        os._exit(0)
    except BaseException as problem:  # noqa: BLE001 - whatever it is, it is the answer
        str(problem) == "1" or print(problem, file=sys.stderr, flush=True)
    finally:
        os._exit(1)


def _bubblewrap(view: dict, scratch: str) -> None:
    if bubblewrap.program() is None:
        raise FileNotFoundError("bwrap is not installed")
    options = bubblewrap.options(view, scratch, Limits().disk)
    if subprocess.call([bubblewrap.program(), *options, "--", "/bin/sh", "-c", ":"]):
        raise SystemExit(1)  # it has said why


def _landlock(view: dict, scratch: str) -> None:
    _in_child(lambda: landlock.restrict(view["shown"], [scratch], []))


if __name__ == "__main__":
    _try(sys.argv[1])
