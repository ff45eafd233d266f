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

from tito.kernel.sandbox import bubblewrap, limits, linux, namespaces, seccomp
from tito.kernel.sandbox.limits import Limits
from tito.kernel.sandbox.messages import KernelStart, ServerSpec, View

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


def make_room(name: str, scratch: Path, user: int) -> None:
    """Give the kernel's user the folders outside that it sees, and may write to without a jail."""
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


def confine(spec: ServerSpec, start: KernelStart) -> None:
    """Shut in this process, which is to be the kernel, for good."""
    limits.confine(spec.limits, start.user, start.others)
    if spec.level not in STRONG:
        linux.die_with_parent(9)
    seccomp.restrict()


def _try(name: str) -> None:
    """Enter a small jail of that kind, or raise."""
    shown = [path for path in ("/bin", "/lib", "/lib64", "/usr") if os.path.exists(path)]
    with tempfile.TemporaryDirectory() as folder:
        for each in ("root", "scratch"):
            Path(folder, each).mkdir()
        view = View(shown, [], f"{folder}/root")
        if name == "namespaces":
            _namespaces(view, f"{folder}/scratch")
        elif name == "bubblewrap":
            _bubblewrap(view, f"{folder}/scratch")


def _namespaces(view: View, scratch: str) -> None:
    def enter() -> None:
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
        if str(problem) != "1":  # else a child of this one has said it
            print(problem, file=sys.stderr, flush=True)
    finally:
        os._exit(1)


def _bubblewrap(view: View, scratch: str) -> None:
    program = bubblewrap.program()
    if program is None:
        raise FileNotFoundError("bwrap is not installed")
    options = bubblewrap.options(view, scratch, Limits().disk)
    if subprocess.call([program, *options, "--", "/bin/sh", "-c", ":"]):
        raise SystemExit(1)  # it has said why


if __name__ == "__main__":
    _try(sys.argv[1])
