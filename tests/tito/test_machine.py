"""What the machine does to a command: a full disk, a folder that may not be written, Ctrl-C.

Each ends in one sentence, or quietly, and leaves what was there.
"""

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tito import cli
from tito.catalog import find
from tito.course import here
from tito.errors import Mistake
from tito.files import write
from tito.student import workspace
from tito.student.export import export

TENSOR = find("01")
TITO = [sys.executable, "-P", "-m", "tito"]


def tito(folder, *arguments, largest=None, **variables):
    """Run a command; `largest` is how many bytes a file may have."""

    def limit():
        if largest is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    done = subprocess.run(
        [*TITO, *arguments],
        cwd=folder,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, " ".join((done.stdout + done.stderr).split())


@pytest.fixture
def space(tmp_path):
    return workspace.start(here(), TENSOR, tmp_path / "work", lambda line: None)


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def mounted(folder, *options):
    """Mount something at a folder; the test is skipped where that is not allowed."""
    folder.mkdir()
    command = ["mount", *options, str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting needs root")


@pytest.fixture
def tiny(tmp_path):
    """A file system of 64 kB: less than the façades and a notebook need."""
    folder = tmp_path / "tiny"
    mounted(folder, "-t", "tmpfs", "-o", "size=64k", "none")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("command", [["start", "01"], ["kit", "--out", "kit.zip"]])
def test_a_full_disk(tiny, command):
    status, said = tito(tiny, *command)
    assert status == 2
    assert "cannot be written (No space left on device): free some space" in said
    assert not [path for path in tiny.rglob("*") if path.suffix in (".part", ".zip", ".ipynb")]


WRITING = (
    ("export", "01"),
    ("submit", "01", "--student", "student-01"),
    ("reset", "01", "--yes"),
    ("start", "02"),
)


def test_a_disk_that_is_full_under_ones_work(space, tmp_path):
    """A real disk, filled to its last byte: every command says so and leaves all as it was."""
    disk = tmp_path / "disk"
    mounted(disk, "-t", "tmpfs", "-o", "size=2m", "none")
    try:
        shutil.copytree(space.root, disk / "work")
        (disk / "work" / "tinytorch" / "nn" / "init.py").unlink()  # to be made again
        (disk / "filling").write_bytes(bytes(shutil.disk_usage(disk).free))
        assert shutil.disk_usage(disk).free == 0
        before = files(disk)
        for command in WRITING:
            status, said = tito(disk / "work", *command)
            assert (status, "(No space left on device): free some space" in said) == (2, True), said
            assert files(disk) == before
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.slow
def test_a_folder_that_may_only_be_read(space, tmp_path):
    """Root writes wherever rights forbid it, but not to what is mounted read-only."""
    place = tmp_path / "read-only"
    mounted(place, "--bind", str(space.root))
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(place)], check=True)
        before = files(place)
        for command in WRITING:
            status, said = tito(place, *command)
            cure = "(Read-only file system): choose a folder you may write to"
            assert (status, cure in said) == (2, True), said
        status, said = tito(place, "check", "01")
        assert (status, "`tito status` will not know of it" in said) == (1, True), said
        assert files(place) == before
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("command", [["export", "01"], ["submit", "01", "--student", "student-01"]])
def test_a_disk_that_fills_up_half_way(space, command):
    """No file may grow over 10 kB: the reason differs, all else is as on a full disk."""
    export(space, TENSOR, lambda line: None)
    before = files(space.root)
    status, said = tito(space.root, *command, largest=10_000)
    assert status == 2
    assert "File too large" in said
    assert "free some space" in said
    assert files(space.root) == before


@pytest.mark.parametrize(
    ("number", "cure"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EDQUOT, "free some space"),
        (errno.EROFS, "choose a folder you may write to"),
        (errno.EACCES, "choose a folder you may write to"),
    ],
)
def test_a_write_that_fails_at_the_lowest_level(space, monkeypatch, number, cure):
    path = space.root / "tinytorch" / "core" / "tensor.py"
    path.write_text("mine")

    def fail(self, data):
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(Mistake, match=f"cannot be written .*: {cure}"):
        write(path, b"new")
    assert path.read_text() == "mine"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_what_no_command_expects_is_one_sentence_too(monkeypatch, capsys, number):
    def fail():
        raise OSError(number, os.strerror(number), "/somewhere/file")

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith(f"tito: /somewhere/file: {os.strerror(number)}: ")


def test_a_mistake_of_the_tool_itself_is_not_hidden(monkeypatch):
    def fail():
        raise OSError(errno.EINVAL, "invalid")

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(OSError, match="invalid"):
        cli.main()


def test_a_missing_package_is_one_sentence(space, tmp_path):
    (tmp_path / "nbdev.py").write_text("raise ModuleNotFoundError('no', name='nbdev')")
    status, said = tito(space.root, "export", "01", PYTHONPATH=str(tmp_path))
    assert (status, said.startswith("tito: the package nbdev is missing: run `pip")) == (2, True)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_output_that_does_not_know_a_letter(tmp_path, encoding):
    """What is piped on Windows is in the system's own encoding, which few folders' names fit."""
    folder = tmp_path / "课程 ü"
    folder.mkdir()
    done = subprocess.run(
        [*TITO, "start", "01"],
        cwd=folder,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    letter = "ü" if encoding == "cp1252" else "\\xfc"
    path = Path("\\u8bfe\\u7a0b " + letter, "01_tensor", "tensor.ipynb")
    assert f"{path}\nnext" in done.stdout.decode(encoding)
    assert (folder / "01_tensor" / "tensor.ipynb").is_file()


def test_ctrl_c_ends_quietly(space):
    """Interrupted while the notebook runs: status 130, no word, no kernel left, nothing changed."""
    notebook = space.notebook(TENSOR)
    marker = space.root / "running"
    cell = f"import os, pathlib, time; pathlib.Path({str(marker)!r}).write_text(str(os.getpid()))"
    text = notebook.read_text(encoding="utf-8")
    first = '"source": [\n'
    place = text.index(first, text.index('"cell_type": "code"'))
    text = text[:place] + text[place:].replace(
        first, f'{first}    "{cell}\\n",\n    "time.sleep(60)\\n",\n', 1
    )
    notebook.write_text(text, encoding="utf-8")
    running = subprocess.Popen(
        [*TITO, "check", "01"],
        cwd=space.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Where the tests run in a shell's background, Ctrl-C is ignored by all they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    deadline = time.monotonic() + 120
    while not (marker.exists() and marker.read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)
    kernel = int(marker.read_text())
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=60)
    assert (running.returncode, errors) == (130, "")
    assert notebook.read_text(encoding="utf-8") == text
    with pytest.raises(ProcessLookupError):
        os.kill(kernel, 0)
