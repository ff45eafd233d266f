"""Runs variants without a kernel, in forks: the worker behind `tito mutants`. POSIX only.

Started as a script with a plan on standard input; writes a line of JSON per test, and per trial.

A plan of cells: {"cells": [{"name", "source", "graded"}], "trials": [{"name", "changes": {index:
source}, "own": [names]}], "limit": seconds a cell}. Cells are executed in order and, before the
first one that a trial changes, a child is forked for it: everything up to there is already done. A
graded cell runs in a fork of its own: whatever it does to the process costs that cell alone.

A plan of tests: {"package": its folder, "arguments": of pytest, "limit": seconds a trial, "trials":
[{"name", "module", "source", "tests"}]}. A trial gets a copy of the package with one file changed,
and sends what each test said and, under the name of the module, what speaks against believing it.
"""

import contextlib
import importlib.util
import json
import linecache
import os
import resource
import shutil
import signal
import sys
import tempfile
import traceback
import types
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

MEMORY = 4 * 2**30  # bytes of address space that cells may take
# Errors that a slip of the pen in a variant causes: they say nothing about the tests.
SLIPS = (NameError, ImportError, SyntaxError)
UNREACHED = {"outcome": "died", "message": "died: the process ended before it did"}
DONE = 77  # the status of a child that came to its end: code under test may exit with 0
Tell = Callable[[str, dict], None]  # sends a record of a cell or test
Send = Callable[[str, str, dict], None]  # does so for any trial


def in_child(work: Callable[[], object]) -> dict | None:
    """Call `work()` in a fork, with which all ends that it began: how it died, None if not."""
    child = os.fork()
    if child == 0:
        status = 70
        try:
            os.setsid()
            os.dup2(1, 2)
            work()
            status = DONE
        finally:
            os._exit(status)
    try:
        _, status = os.waitpid(child, 0)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
    return _death(os.waitstatus_to_exitcode(status))


def _death(status: int) -> dict | None:
    if status == DONE:
        return None
    cause = f"died: it ended the process with status {status}"
    if status == -signal.SIGALRM:
        cause = "timeout: it was still running when its time was up"
    elif status < 0:
        cause = f"died: the process was killed by {signal.Signals(-status).name}"
    return {"outcome": cause.partition(":")[0], "message": cause}


def run(cell: dict, namespace: dict, limit: float, changed: str = "") -> dict:
    """Execute a cell of a trial that changes `changed`; SIGALRM ends the process at the limit."""
    file, source = f"<cell {cell['name']}>", cell["source"]
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        exec(compile(source, file, "exec", dont_inherit=True), namespace)
    except BaseException as error:  # noqa: BLE001 - SystemExit is an outcome like any other
        text, kind = str(error)[:1500], type(error).__name__
        message = text if kind == "AssertionError" and text else f"{kind}: {text}".rstrip(": ")
        cause = slip(error, f"<cell {changed}>", "<cell ")
        return {"outcome": "failed", "message": message, "slip": cause}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return {"outcome": "passed"}


def slip(error: BaseException | None, changed: str, among: str) -> str:
    """The slip of the pen in the file `changed`, of those named `among...`, behind an error."""
    while error is not None:
        files = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)]
        inside = [file for file in files if file.startswith(among)][-1:] == [changed]
        missing = isinstance(error, AttributeError) and str(error).startswith("module ")
        if inside and (isinstance(error, SLIPS) or missing):
            return f"{type(error).__name__}: {error}"
        error = error.__cause__ or error.__context__
    return ""


def run_trial(plan: dict, start: int, trial: dict, namespace: dict, send: Tell) -> None:
    """Run the cells from `start` on, with the trial's changes, and send a record a cell."""
    cells, timed_out = plan["cells"][start:], False
    for cell in cells:
        send(cell["name"], UNREACHED)
    for index, cell in enumerate(cells, start):
        changed = {**cell, "source": trial["changes"].get(str(index), cell["source"])}

        def attempt(cell: dict = changed) -> None:
            send(cell["name"], run(cell, namespace, plan["limit"], cells[0]["name"]))

        if not cell["graded"]:
            attempt()
        elif timed_out and cell["name"] not in trial["own"]:
            send(cell["name"], {"outcome": "not run"})  # one endless loop costs few limits
        elif death := in_child(attempt):
            send(cell["name"], death)
            timed_out = timed_out or death["outcome"] == "timeout"


def run_cells(plan: dict, send: Send) -> None:
    """Run the cells and, before the first cell that a trial changes, a fork for that trial."""
    # The modules before this one must come from the course, not from another installation.
    found = importlib.util.find_spec("tinytorch")
    folder = Path(os.environ["PYTHONPATH"]).resolve()
    if not found or folder not in Path(found.origin or "").resolve().parents:
        raise ImportError(f"tinytorch is imported from {found and found.origin}")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.modules["__main__"] = main = types.ModuleType("__main__")  # as in a kernel
    waiting = list(plan["trials"])
    for index, cell in enumerate(plan["cells"]):
        for trial in [t for t in waiting if not t["changes"] or str(index) in t["changes"]]:
            waiting.remove(trial)
            tell = partial(send, trial["name"])
            in_child(partial(run_trial, plan, index, trial, vars(main), tell))
            tell("", {})
        if not cell["graded"] and waiting:
            run(cell, vars(main), plan["limit"])


class Probe:
    """A pytest plugin that sends what each test said. `fault` is why that proves nothing."""

    fault, slip, caught = "", "", False

    def __init__(self, changed: Path, send: Tell):
        self.changed, self.send = changed, send

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """The quick tests first: most variants fail them, and a run ends after a few failures."""
        items.sort(key=lambda item: "quick" not in item.name)

    def pytest_runtest_teardown(self, item: Any, nextitem: Any) -> None:
        """What the quick tests have caught needs no slow ones."""
        if self.caught and nextitem and "quick" not in nextitem.name:
            item.session.shouldstop = "caught by quick tests"

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.fault = f"{report.nodeid} cannot be collected: {_message(report)}"

    def pytest_runtest_makereport(self, call: Any) -> None:
        error = call.excinfo.value if call.excinfo else None
        self.slip = slip(error, str(self.changed), str(self.changed.parent))

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.caught = True
            record = {"message": _message(report), "slip": self.slip}
            self.send(report.nodeid, {"outcome": "failed", **record})
        elif report.when == "call" and report.passed:
            self.send(report.nodeid, {"outcome": "passed"})


def _message(report: Any) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    return (crash.message if crash else str(report.longrepr))[:1500]


def run_tests(plan: dict, trial: dict, tree: Path, send: Tell) -> None:
    """Run the tests of a trial in this process, with a changed copy of the package in `tree`."""
    import pytest

    signal.setitimer(signal.ITIMER_REAL, plan["limit"])
    changed = tree / "tinytorch" / "core" / f"{trial['module']}.py"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(plan["package"], tree / "tinytorch", ignore=ignored)
    changed.write_text(trial["source"], encoding="utf-8")
    os.chdir(tree)
    sys.path.insert(0, str(tree))
    os.environ["PYTHONPATH"] = os.pathsep.join([str(tree), os.environ["PYTHONPATH"]])
    probe = Probe(changed, send)
    status = pytest.main([*plan["arguments"], *trial["tests"]], [probe])
    module = sys.modules.get(f"tinytorch.core.{trial['module']}")
    tested, fault = getattr(module, "__file__", "not imported"), probe.fault
    if not fault and status > pytest.ExitCode.INTERRUPTED:
        fault = f"pytest ended with status {int(status)}"
    if not fault and tested != str(changed):
        fault = f"what was tested is {tested}"
    send(trial["module"], {"outcome": "failed" if fault else "passed", "message": fault})


def run_package(plan: dict, send: Send) -> None:
    """Run the tests of each trial in a fork; what all forks need is imported once."""
    for name in ("numpy", "pytest"):
        importlib.import_module(name)
    for trial in plan["trials"]:
        tell = partial(send, trial["name"])
        with tempfile.TemporaryDirectory(prefix="package-") as folder:
            death = in_child(partial(run_tests, plan, trial, Path(folder).resolve(), tell))
        if death:
            tell(trial["module"], death)
        tell("", {})


def main() -> None:
    plan = json.load(sys.stdin)
    # What code under test prints goes nowhere; the records go where standard output went, also
    # those of forks, one at a time, as each is waited for.
    results, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)

    def send(trial: str, cell: str, record: dict) -> None:
        os.write(results, json.dumps({"trial": trial, "cell": cell, **record}).encode() + b"\n")

    (run_cells if "cells" in plan else run_package)(plan, send)


if __name__ == "__main__":
    main()
