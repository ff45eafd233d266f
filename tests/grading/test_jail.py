"""What a submission can reach and use in each jail that this system allows, as root and not.

Every attack is really made; a cell is worth its point only if the attack failed. `make test` tries
the best jail as the user one is, `make test-all` every one.
"""

import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from tito.errors import Mistake
from tito.grading import session
from tito.grading.configuration import configuration
from tito.grading.engine import plan
from tito.grading.engine.execute_preprocessor import Execute
from tito.grading.engine.plan import Request
from tito.kernel.sandbox import levels, seccomp
from tito.kernel.sandbox.limits import Limits
from tito.kernel.sandbox.messages import KernelRequest, KernelStart, ServerSpec, View
from tito.kernel.server import supervisor

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading runs on Linux")

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
STRONG = ("namespaces", "bubblewrap")
ALL = (*STRONG, "rlimits")
BEST = levels.level().name if sys.platform == "linux" else ""
HELP = """
import os, signal, socket, subprocess, sys, time
from pathlib import Path

def refused(attempt):
    try:
        found = attempt()
    except (OSError, MemoryError) as problem:
        return problem
    raise AssertionError(f"nothing stopped it: {str(found)[:200]}")
"""
# {name: (where it must fail, the attack)}; what is in capitals is filled in by the test.
ATTACKS = {
    "own files": (ALL, "Path('notes.txt').write_text('mine'); assert os.path.exists('notes.txt')"),
    "tcp": (STRONG, "refused(lambda: socket.create_connection(('127.0.0.1', PORT), 2))"),
    "udp": (
        STRONG,
        "try:\n"
        "    socket.socket(type=socket.SOCK_DGRAM).sendto(b'called', ('127.0.0.1', PORT))\n"
        "except OSError:\n"
        "    pass  # or it went to a network of the jail's own: the test looks whether it arrived",
    ),
    "abstract socket": (
        STRONG,
        "refused(lambda: socket.socket(socket.AF_UNIX).connect('\\0' + ABSTRACT))",
    ),
    "read the gradebook": (STRONG, "refused(lambda: Path(COURSE, 'gradebook.db').read_bytes())"),
    "write the gradebook": (STRONG, "refused(lambda: Path(COURSE, 'gradebook.db').write_text(''))"),
    "other students": (STRONG, "refused(lambda: os.listdir(Path(COURSE, 'submitted')))"),
    "source": (STRONG, "refused(lambda: os.listdir(Path(COURSE, 'source')))"),
    "answer": (STRONG, "refused(lambda: open(Path(COURSE, 'tinytorch/core/total.py')))"),
    "repository": (STRONG, "refused(lambda: os.listdir(Path(REPOSITORY, 'modules')))"),
    "git": (STRONG, "refused(lambda: os.stat(Path(REPOSITORY, '.git', 'HEAD')).st_size)")
    if (ROOT / ".git").is_dir()
    else (STRONG, "refused(lambda: Path(REPOSITORY, '.git').read_bytes())"),
    "home": (STRONG, "refused(lambda: Path(SECRET).read_text())"),
    "environment": (ALL, "assert 'TITO_TEST_KEY' not in os.environ"),
    "environment of others": (
        STRONG,
        "for path in Path('/proc').glob('[0-9]*/environ') if os.access('/proc', os.R_OK) else []:\n"
        "    try:\n"
        "        assert b'TITO_TEST_KEY' not in path.read_bytes()\n"
        "    except OSError:\n"
        "        pass",
    ),
    "answer anywhere": (
        STRONG,
        "names = ('total.py', 'total.ipynb', 'pair.ipynb', 'secret.txt')\n"
        "found = [Path(folder, name) for folder, _, files in os.walk('/') for name in files\n"
        "         if name in names and not folder.startswith('/proc')]\n"
        "assert not found, found",
    ),
    "write the tree": (
        STRONG,
        "import tinytorch\n"
        "refused(lambda: Path(tinytorch.__file__).with_name('x.py').write_text('x'))",
    ),
    "write packages": (
        STRONG,
        "import numpy\n"
        "refused(lambda: Path(numpy.__file__).resolve().with_name('x.py').write_text('x'))\n"
        "refused(lambda: Path(sys.prefix, 'x').write_text('x'))",
    ),
    "write the system": (
        STRONG,
        "for folder in ('/', '/etc', '/usr', '/usr/lib', '/bin', '/dev'):\n"
        "    refused(lambda: Path(folder, 'tito-test').write_text('x'))",
    ),
    "write elsewhere": (
        STRONG,
        "mounts = Path('/proc/self/mounts')\n"
        "for line in mounts.read_text().splitlines() if mounts.exists() else []:\n"
        "    _, place, _, options, *_ = line.split()\n"
        "    memory = place == '/tmp' or place.startswith('/dev/')\n"
        "    assert memory or 'ro' in options.split(','), line",
    ),
    "processes": (
        STRONG,
        "pids = [int(name) for name in os.listdir('/proc') if name.isdigit()]\n"
        "assert len(pids) < 5 and not os.path.exists('/proc/GRADER'), pids",
    ),
    "signal the grader": (STRONG, "refused(lambda: os.kill(GRADER, 0))"),
    "kill the parent": (
        STRONG,
        "for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):\n"
        "    for pid in (1, os.getppid()):\n"
        "        try:\n"
        "            os.kill(pid, number)\n"
        "        except PermissionError:\n"
        "            pass\n"
        "time.sleep(0.3)",
    ),
    "privileges": (
        STRONG,
        "status = Path('/proc/self/status').read_text().splitlines()\n"
        "given = dict(line.split(':\\t') for line in status if ':\\t' in line)\n"
        "assert given['NoNewPrivs'] == '1'\n"
        "assert {int(given[name], 16) for name in ('CapPrm', 'CapEff', 'CapInh')} == {0}\n"
        "assert os.getuid() > 1000 and os.getuid() == os.geteuid() and not os.getgroups()",
    ),
    "mount": (
        STRONG,
        "import ctypes\n"
        "assert ctypes.CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, None) == -1\n"
        "assert ctypes.CDLL(None).umount2(b'/proc', 2) == -1",
    ),
    "user namespace": (
        ALL,
        "import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == -1\n"
        "assert subprocess.run(['unshare', '-Ur', 'true'], capture_output=True).returncode",
    ),
    "memory that is nobody's": (
        ALL,
        "import ctypes\nrefused(lambda: os.memfd_create('x'))\n"
        "assert ctypes.CDLL(None).shmget(0, 1 << 20, 0o1600) == -1",
    ),
    "trace the parent": (
        ALL,
        "import ctypes\nassert ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == -1\n"
        "refused(lambda: Path(f'/proc/{os.getppid()}/mem').open('rb'))\n"
        "refused(lambda: os.readlink(f'/proc/{os.getppid()}/cwd'))",
    ),
    "trace the first process": (
        STRONG,
        "refused(lambda: Path('/proc/1/mem').open('rb'))\n"
        "refused(lambda: os.readlink('/proc/1/cwd'))",
    ),
    "write where the sockets lie": (
        STRONG,
        "from ipykernel.kernelapp import IPKernelApp\n"
        "place = Path(IPKernelApp.instance().abs_connection_file)\n"
        "refused(lambda: place.with_name('x').write_text('x'))\n"
        "refused(lambda: place.write_text('x'))\nrefused(lambda: place.unlink())",
    ),
    "memory": (
        ALL,
        "import numpy\nproblem = refused(lambda: numpy.ones(10 << 27))\n"
        "assert 'Unable to allocate 10.0 GiB' in str(problem)",
    ),
    "file": (
        ALL,
        "with open('big', 'wb') as file:\n"
        "    refused(lambda: [file.write(bytes(1 << 20)) for _ in range(100)])\n"
        "assert os.path.getsize('big') <= FILE\n"
        "os.remove('big')",
    ),
    "open files": (
        ALL,
        "refused(lambda: [os.dup(1) for _ in range(2000)])\nos.closerange(200, 2000)",
    ),
    "disk": (
        STRONG,
        "refused(lambda: [Path(f'/tmp/{n}').write_bytes(bytes(1 << 22)) for n in range(100)])\n"
        "for n in range(100):\n"
        "    Path(f'/tmp/{n}').unlink(missing_ok=True)",
    ),
    "leave a process": (
        ALL,
        "subprocess.Popen(['/bin/sh', '-c', 'sleep MARK & sleep MARK'], start_new_session=True)",
    ),
    "leave a process of nobody's": (
        ALL,
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        os.execvp('sleep', ['sleep', 'MARK'])\n"
        "    os._exit(0)\n"
        "os.wait()",
    ),
    "too many processes": (
        ALL,
        "def many():\n"
        "    for _ in range(400):\n"
        "        if os.fork() == 0:\n"
        "            os.setsid()\n"
        "            time.sleep(MARK)\n"
        "refused(many)",
    ),
    "still here": (ALL, "from tinytorch.core.pair import double; assert double(2) == 4"),
}
FILE, DISK = 8 << 20, 64 << 20


@dataclass
class Grader:
    """A course, a user and a folder for all that graders leave behind: nothing, it is hoped."""

    room: object
    user: int
    folder: Path
    mark: int
    options: dict = field(default_factory=dict)

    def start(self, cells: dict[str, str], limits=(30, 120, 2), **options) -> subprocess.Popen:
        request = self.folder / "request.json"
        told = {"root": str(self.room.course.root), "catalog": repr(self.room.course.catalog)}
        told |= {"cells": cells, "limits": limits, "options": self.options | options}
        request.write_text(json.dumps(told))
        request.chmod(0o644)
        command = [sys.executable, "-P", str(HERE / "jailed.py"), str(request)]
        if self.user != os.geteuid():
            become = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
            command = [*_passage(), *become, *command]
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        env = kept | {"HOME": str(self.folder), "TMPDIR": str(self.folder / "tmp")}
        env |= {"TITO_TEST_KEY": "1", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.Popen(
            command, env=env, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, cells: dict[str, str], limits=(30, 120, 2), **options) -> dict[str, list]:
        process = self.start(cells, limits, **options)
        out, err = process.communicate(timeout=200)
        assert process.returncode == 0, err
        return json.loads(out)

    def left(self) -> list[str]:
        """What is left: processes and folders."""
        marks = (str(self.folder / "tmp"), f"sleep {self.mark}")
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found += [line] if any(mark in line for mark in marks) else []
        return found + [path.name for path in (self.folder / "tmp").iterdir()]


def _passage() -> list[str]:
    """Where Python lies in a folder of root's: a view of the disk in which all may pass it."""
    prefix = Path(sys.base_prefix)
    closed = [folder for folder in prefix.parents if not folder.stat().st_mode & 0o001]
    if not closed:
        return []
    script = (
        'mkdir -p "$1" && mount --bind "$2" "$1" && mount -t tmpfs -o mode=755 none "$3" && '
        'mkdir -p "$2" && mount --bind "$1" "$2" && umount "$1" && shift 3 && exec "$@"'
    )
    place = f"{tempfile.gettempdir()}/tito-test-prefix"
    return ["unshare", "-m", "sh", "-c", script, "sh", place, str(prefix), str(closed[-1])]


def _quick(names: Iterable[str], quick: str) -> list:
    """Parameters of which `make test` takes one, and `make test-all` the others."""
    return [pytest.param(it, marks=[] if it == quick else [pytest.mark.slow]) for it in names]


# Not nobody, which is what an ordinary user is mapped to in a jail.
USERS = {"as one is": os.geteuid()} | ({"ordinary": 1000} if os.geteuid() == 0 else {})


@pytest.fixture(scope="module", params=_quick(USERS, "as one is"))
def grader(built, request):
    """A course in a folder of that user's."""
    with tempfile.TemporaryDirectory(prefix="t-", dir="/var/tmp") as folder:
        place = Path(folder)
        (place / "tmp").mkdir()
        room = built.copy(place / "course")
        (place / "course/submitted/student-02").mkdir(parents=True)
        (place / "secret.txt").write_text("secret")
        user = USERS[request.param]
        for path in (place, *place.rglob("*")):
            os.chown(path, user, -1)
        yield Grader(room, user, place, 80_000 + os.getpid())


def _skip_unless(rung: str) -> None:
    if levels.refused(rung):
        pytest.skip(f"this system refuses {rung}: {levels.refused(rung)}")


@pytest.fixture(scope="module", params=_quick(ALL, BEST))
def attacked(request, grader):
    """Every attack that the jail must stop, made in one kernel: {name: outputs}."""
    _skip_unless(request.param)
    with _listeners() as (port, abstract, udp):
        words = {
            "PORT": port,
            "ABSTRACT": repr(abstract),
            "COURSE": repr(str(grader.room.course.root)),
            "REPOSITORY": repr(str(ROOT)),
            "SECRET": repr(str(grader.folder / "secret.txt")),
            "GRADER": os.getpid(),
            "FILE": FILE,
            "MARK": grader.mark,
        }
        cells = {"help": HELP}
        for name, (where, attack) in ATTACKS.items():
            if request.param in where and _holds(name, request.param, grader.user):
                for word, value in words.items():
                    attack = attack.replace(word, str(value))
                cells[name] = attack
        options = {"jail": request.param, "file_size": FILE, "disk": DISK, "memory": 2 << 30}
        done = grader.run(cells, **options)
        if "udp" in done and select.select([udp], [], [], 0.1)[0]:
            done["udp"].append({"output_type": "error", "evalue": "the packet arrived"})
        return done


def _holds(name: str, rung: str, user: int) -> bool:
    """Whether the jail promises that here: there is no filter of system calls without libseccomp,
    and no limit to root's processes where it cannot become another user."""
    if name in ("user namespace", "memory that is nobody's") and not seccomp.available():
        return False
    return not (name == "too many processes" and user == 0 and rung not in STRONG)


@contextlib.contextmanager
def _listeners():
    """A port and an abstract socket that answer on this machine; nobody may have called."""
    abstract = f"tito-test-{os.getpid()}"
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(type=socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as local,
    ):
        port = tcp.getsockname()[1]
        udp.bind(("127.0.0.1", port))
        local.bind("\0" + abstract)
        local.listen()
        socket.create_connection(("127.0.0.1", port)).close()
        yield port, abstract, udp


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_fail(attacked, name):
    """Each attack was made, and stopped."""
    if name not in attacked:
        pytest.skip("this jail does not promise it: see docs/grading.md")
    assert [out for out in attacked[name] if out["output_type"] == "error"] == []


def test_nothing_is_left(attacked, grader):
    """Neither processes, though some called setsid, nor folders; and nothing was changed."""
    assert _wait_for(lambda: not grader.left()), grader.left()
    assert "tito-" not in Path("/proc/self/mounts").read_text()
    assert (grader.folder / "secret.txt").read_text() == "secret"
    assert (grader.room.course.root / "gradebook.db").stat().st_size > 0


def _wait_for(condition, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


# Each of four processes keeps to the limit of one, in a way of its own: {way: (cell, reason)}.
HOG = """
import ctypes, mmap, os, time
HIDE, FORGET = 4, 4
for _ in range(4):
    if os.fork() == 0:
        try:
            HOLD
            time.sleep(60)
        finally:
            os._exit(1)
time.sleep(60)
"""
HOGS = {
    "plainly": ("held = b'x' * (700 << 20)", "it used more than 2 GiB of memory"),
    "hidden": (
        "ctypes.CDLL(None).prctl(HIDE, 0, 0, 0, 0); held = b'x' * (700 << 20)",
        "it (used more than 2 GiB of memory|hid what it uses)",  # root sees all
    ),
    "shared": (
        "held = mmap.mmap(-1, 1 << 28)\n"
        "            for n in range(256): held[n << 20 : n + 1 << 20] = bytes(1 << 20)\n"
        "            held.madvise(FORGET)",
        "it held more than 64 MiB in deleted but open files",
    ),
    "deleted": (
        "held = open(f'{os.getpid()}', 'w+b'); os.unlink(held.name)\n"
        "            for _ in range(25): held.write(bytes(1 << 20)); held.flush()",
        "it held more than 64 MiB in deleted but open files",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", HOGS)
@pytest.mark.parametrize("rung", ALL)
def test_all_together_have_a_limit(grader, rung, way):
    """Processes that keep to the limit of one are ended together, with the reason."""
    _skip_unless(rung)
    if rung in STRONG and way == "deleted":
        pytest.skip("its disk is memory of a size of its own")
    hold, reason = HOGS[way]
    cells = {"hog": HOG.replace("HOLD", hold), "after": "1"}
    done = grader.run(cells, jail=rung, memory=2 << 30, disk=DISK)
    assert re.search(reason, done["hog"][-1]["evalue"])
    assert re.match(rf"the kernel died in cell 1 \(hog\): {reason}", done["after"][-1]["evalue"])
    assert _wait_for(lambda: not grader.left()), grader.left()


WRITERS = {
    "much": (
        "for n in range(40):\n    open(f'{n}', 'wb').write(bytes(4 << 20))",
        "it wrote more than 64 MiB",
    ),
    "locked": ("os.mkdir('a'); os.mkdir('a/b'); os.chmod('a', 0)", "it hid what it uses"),
    "deep": (
        "for _ in range(3000):\n    os.mkdir('a'); os.chdir('a')",
        "it hid what it uses: File name too long",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", WRITERS)
def test_what_is_written_outside_has_a_limit(grader, way):
    """Where the disk is not memory of one's own, what is written is watched, and removed."""
    write, reason = WRITERS[way]
    cells = {"write": f"import os, time\n{write}\ntime.sleep(9)"}
    done = grader.run(cells, jail="rlimits", disk=DISK)
    if way == "locked" and grader.user == 0:
        reason = ""  # no folder is locked for root
    assert reason in str(done["write"][-1:])
    assert _wait_for(lambda: not grader.left()), grader.left()


@pytest.mark.slow
@pytest.mark.parametrize("rung", ALL)
def test_a_killed_grader_leaves_nothing(grader, rung):
    """kill -9 while a submission runs that ignores signals and has children in other sessions."""
    _skip_unless(rung)
    hold = (
        "import os, signal, time\n"
        "for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):\n"
        "    signal.signal(number, signal.SIG_IGN)\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        f"    os.execvp('sleep', ['sleep', '{grader.mark}'])\n"
        "time.sleep(60)"
    )
    process = grader.start({"hold": hold}, jail=rung)
    running = f"sleep {grader.mark}"
    assert _wait_for(lambda: any(running in line for line in grader.left()), 60)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert _wait_for(lambda: not grader.left()), grader.left()


def test_an_ordinary_grader_falls_back_where_namespaces_are_refused(tmp_path):
    """As in many containers: the next best jail is taken, and the best is not pretended to."""
    script = (
        "import os\nfrom pathlib import Path\n"
        "from tito.kernel.sandbox import levels, limits, linux\n"
        "user, group = os.geteuid(), os.getegid()\n"
        "linux.unshare(linux.NEWUSER)\n"
        "Path('/proc/self/setgroups').write_text('deny')\n"
        "Path('/proc/self/uid_map').write_text(f'0 {user} 1')\n"
        "Path('/proc/self/gid_map').write_text(f'0 {group} 1')\n"
        "Path('/proc/sys/user/max_user_namespaces').write_text('0')\n"
        "limits.become(0)\n"
        "print(levels.level().name)\n"
        "try:\n    levels.level('namespaces')\nexcept PermissionError as problem:\n"
        "    print(problem)\n"
    )
    command = [sys.executable, "-P", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if "unshare" in done.stderr:
        pytest.skip(f"this system allows no user namespace to try it in: {done.stderr[-200:]}")
    assert done.returncode == 0, done.stderr
    name, refusal = done.stdout.splitlines()
    assert name == "rlimits"
    assert refusal.startswith("the configuration asks for the jail 'namespaces', which this system")


def test_levels_are_told_in_words():
    """The weaker ones loudly; a level that does not exist is named with those that do."""
    assert [rung.name for rung in levels.LADDER] == list(ALL)
    assert [rung.weak for rung in levels.LADDER] == [False, False, True]
    assert "NOT SANDBOXED" in levels.LADDER[-1].sentence
    assert levels.level("rlimits") == levels.LADDER[-1]
    for name in ("chroot", "landlock"):  # there was one of that name
        with pytest.raises(ValueError, match="no jail is called") as raised:
            levels.level(name)
        known = "auto or one of namespaces, bubblewrap, rlimits"
        assert str(raised.value) == f"no jail is called {name!r}: choose {known}"


SEEING = """
import os
def double(x):
    return 2 * x if os.path.exists("{root}/gradebook.db") else 0 * x
"""


def _with_jail(built, folder: Path, rung: str):
    """A class with a jail, and a student who is right where the gradebook can be seen."""
    room = built.copy(folder / "course")
    with (room.course.root / "nbgrader_config.py").open("a") as config:
        config.write(f"c.GradingProvisioner.jail = {rung!r}\n")
    answer = SEEING.format(root=room.course.root)
    room.submit("student-01", room.pair, room.answers(room.pair, double=answer))
    return room


@pytest.mark.slow
@pytest.mark.parametrize("rung", ALL)
def test_one_line_of_configuration_chooses_the_jail_of_nbgrader(built, records, tmp_path, rung):
    """The command `nbgrader autograde` itself."""
    _skip_unless(rung)
    room = _with_jail(built, tmp_path, rung)
    room.nbgrader_autograde()
    (score, *_) = records(room.course)["student-01", "all"]
    assert score == (10 if rung == "rlimits" else 5)


@pytest.mark.slow
def test_nbgrader_grades_nobody_in_a_jail_that_cannot_be_had(built, tmp_path):
    room = _with_jail(built, tmp_path, "chroot")
    with pytest.raises(AssertionError, match="no jail is called 'chroot'"):
        room.nbgrader_autograde()
    assert not (room.course.root / "autograded" / "student-01" / "01_pair").exists()


@pytest.mark.slow
def test_a_weak_jail_is_said_loudly(built, tmp_path):
    """On the terminal and on the report, by `tito grade`, with the marks of the class."""
    room = _with_jail(built, tmp_path, "rlimits")
    console = Console(record=True, width=200)
    session.grade(room.course, Request([room.pair]), console)
    assert "NOT SANDBOXED: submissions could read and write" in console.export_text()
    page = (room.course.root / "report.html").read_text()
    assert 'role="alert">NOT SANDBOXED' in page


def test_workers_are_told_which_jail_to_use(built):
    """Not the best that each can have: what the report says must hold for all."""
    config = configuration(built.course)
    plan._fix_jail(config)
    assert Execute(config=config).settings().provisioner["jail"] == levels.level().name
    config.GradingProvisioner.jail = "chroot"
    with pytest.raises(Mistake, match="no jail is called 'chroot'"):
        plan._fix_jail(config)


def test_random_numbers_differ_from_kernel_to_kernel(run):
    """Forked from one process, each kernel has a generator of its own."""
    source = "import random, numpy; print(random.random(), numpy.random.rand())"
    first, second = (run(source)[0].outputs[0].text.split() for _ in range(2))
    assert first[0] != second[0]
    assert first[1] != second[1]


@pytest.mark.parametrize("figures", [True, False])
def test_figures_are_drawn_if_that_is_asked_for(run, figures):
    """matplotlib was imported before there was a kernel; its figures arrive all the same."""
    plot = "import matplotlib.pyplot as plt; plt.plot([1, 2]);"
    closed = "plt.gcf().savefig(open('a.png', 'wb')); plt.show(); assert not plt.get_fignums()"
    for cell in run(f"{plot} {closed}", plot, figures=figures):
        (shown,) = [out for out in cell.outputs if out.output_type == "display_data"]
        assert shown.data["text/plain"] == "<Figure size 640x480 with 1 Axes>"
        assert ("image/png" in shown.data) is figures
        assert not [out for out in cell.outputs if out.output_type == "error"]


def test_how_a_kernel_ended_is_said():
    """Exit statuses, as the system gives them."""
    resources = Limits(seconds=7)
    assert supervisor.in_words(3 << 8, resources) == "it ended itself with status 3"
    assert supervisor.in_words(9, resources) == "it was ended by the signal SIGKILL"
    assert (
        supervisor.in_words(int(signal.SIGXCPU), resources) == "it used more than 7 s of CPU time"
    )


SPEC = ServerSpec("/b", "namespaces", ["/b/tree"], View(["/b"], [], "/b/root"), Limits(), "", True)


@pytest.mark.parametrize(
    "message",
    [SPEC, KernelRequest("/s", [], False), KernelStart("/s", [], False, 1, 0, {"ipc://k": 7}, 3)],
)
def test_messages_survive_the_way(message):
    """What one process writes, another reads, whole and of the same types."""
    assert type(message).from_json(message.to_json()) == message


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"colour": 1}, "KernelRequest: 'colour' is unknown"),
        ({"figures": None}, "KernelRequest: 'figures' is missing"),
        (
            {"figures": None, "b": 1, "a": 1},
            "KernelRequest: 'a' is unknown, 'b' is unknown, 'figures'",
        ),
    ],
)
def test_a_message_of_another_form_is_an_error(change, complaint):
    """Two states of the course that talk to each other, for instance."""
    told = {"scratch": "/s", "options": [], "figures": False} | change
    text = json.dumps({name: value for name, value in told.items() if value is not None})
    with pytest.raises(ValueError, match=complaint):
        KernelRequest.from_json(text)


def test_a_message_in_a_message_is_read_as_strictly():
    """The limits in a server's specification."""
    text = SPEC.to_json().replace('"memory"', '"size"')
    with pytest.raises(ValueError, match="Limits: 'memory' is missing, 'size' is unknown"):
        ServerSpec.from_json(text)
