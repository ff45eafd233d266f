"""Runs boundary tests inside the grading kernel; `integration` sends this page there as text.

It needs pytest and the standard library. What it is told is laid out in a folder of its own: the
façades that the kernel has, `core/` as submitted, and the tests.
"""

import contextlib
import importlib.util
import io
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def lay_out(core: dict[str, str], tests: dict[str, str]) -> None:
    """Make a package of the modules' texts, by stem, and import nothing else as `tinytorch`."""
    root = Path(tempfile.mkdtemp())
    spec: Any = importlib.util.find_spec("tinytorch")
    installed = Path(spec.origin).parent
    shutil.copytree(installed, root / "tinytorch", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(root / "tinytorch" / "core")
    for folder, texts in (("tinytorch/core", core), ("integration", tests)):
        for name, text in texts.items():
            path = root / folder / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    (root / "pytest.ini").write_text("[pytest]\n")
    for name in [name for name in sys.modules if name.split(".")[0] == "tinytorch"]:
        del sys.modules[name]
    sys.path.insert(0, str(root))  # the only place of this package in this process
    os.chdir(root)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"


def run_tests(name: str, keyword: str, token: str, follow: bool) -> None:
    """Run the tests of one file whose names hold `keyword`; print `token` and a row of JSON at
    the beginning and at the end of each.

    follow: note the modules whose code each test calls, which takes longer.
    Raises: RuntimeError if what is tested ends the process. That is a child of the kernel, which
    tells by a pipe: what a kernel prints just before it ends may not arrive.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setsid()  # a group of its own, to be ended together
            os.close(reading)
            with open(writing, "w", buffering=1, encoding="utf-8") as told:
                _tests(name, keyword, follow, told)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    try:
        with open(reading, encoding="utf-8", errors="replace") as told:
            for line in told:
                print(token + line, end="")
        _, status = os.waitpid(child, 0)
    except BaseException:  # it is told to stop
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    if os.WIFSIGNALED(status):
        number = signal.Signals(os.WTERMSIG(status))
        raise RuntimeError(f"the process of the tests was ended by the signal {number.name}")
    if status:
        code = os.waitstatus_to_exitcode(status)
        raise RuntimeError(f"the process of the tests ended itself with status {code}")


def _tests(name: str, keyword: str, follow: bool, told: io.TextIOBase) -> None:
    """Run the tests of one file and tell of each when it begins and when it ends."""
    import pytest

    def tell(name: str, row: dict) -> None:
        print(json.dumps({name: row}), file=told)

    class Record:
        """Tells of each test when it begins and ends: what it is about, calls and says."""

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_call(self, item: Any) -> Iterator[None]:
            name = item.originalname.removeprefix("test_").removeprefix(f"{keyword}_")
            about = (item.function.__doc__ or "").partition("\n")[0].removesuffix(".")
            row = {"about": about or name.replace("_", " ")}
            tell(item.nodeid, row)
            called: set[str] = set()
            if follow:
                sys.setprofile(lambda frame, event, arg: called.add(frame.f_code.co_filename))
            try:
                yield
            except BaseException as error:
                row |= {"outcome": "failed", "message": f"{type(error).__name__}: {error}"[:2000]}
                raise
            else:
                row["outcome"] = "passed"
            finally:
                sys.setprofile(None)
                places = [Path(file) for file in called if "tinytorch/core/" in file]
                tell(item.nodeid, row | {"modules": sorted({place.stem for place in places})})

        def pytest_collectreport(self, report: Any) -> None:
            if report.failed:
                tell("collection", {"message": str(report.longrepr)})

    options = ["-q", "-k", keyword, "--capture=sys", "-c", "pytest.ini", "--import-mode=importlib"]
    without = ["-p", "no:cacheprovider", "-p", "no:faulthandler"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        pytest.main([f"integration/{name}.py", *options, *without], plugins=[Record()])
