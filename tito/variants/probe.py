"""Runs tests on variants of the package: the worker behind `tito mutants --package`.

Started as a script, as `worker.py` is. Each trial is a fork in which nothing of the package is
imported yet, and gets a copy of it with one file changed. The plan: {"package": its folder,
"arguments": of pytest, "trials": [{"name", "module", "source", "tests", "limit": in seconds}]}. Of
a trial it sends what each test said and, under the name of the module, what speaks against that.
"""

import os
import shutil
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy  # noqa: F401 - once here, and not in every fork
import pytest

from tito.variants import worker

SLIPS = ("NameError", "ImportError", "ModuleNotFoundError", "UnboundLocalError")


class Probe:
    """A pytest plugin that sends what each test said. `fault` is why that proves nothing."""

    def __init__(self, changed: Path, send):
        self.changed, self.send, self.fault, self.caught = changed, send, "", False

    def pytest_collection_modifyitems(self, items):
        """The quick tests first: most variants fail them, and a run ends after a few failures."""
        items.sort(key=lambda item: "quick" not in item.name)

    def pytest_runtest_setup(self, item):
        """What the quick tests have caught needs no slow ones."""
        if self.caught and "quick" not in item.name:
            item.session.shouldstop = "caught by quick tests"
            pytest.skip("caught by quick tests")

    def pytest_collectreport(self, report):
        if report.failed:
            self.fault = f"{report.nodeid} cannot be collected: {_failure(report)[0]}"

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.caught = True
            message, path = _failure(report)
            slip = Path(path).name == self.changed.name and message.startswith(SLIPS)
            record = {"message": message, "slip": message.partition("\n")[0] if slip else ""}
            self.send(report.nodeid, {"outcome": "failed", **record})
        elif report.when == "call" and report.passed:
            self.send(report.nodeid, {"outcome": "passed"})

    def pytest_sessionfinish(self):
        module = sys.modules.get(f"tinytorch.core.{self.changed.stem}")
        tested = getattr(module, "__file__", "not imported")
        if tested != str(self.changed):
            self.fault = self.fault or f"what was tested is {tested}"


def _failure(report) -> tuple[str, str]:
    """What a failed test said, and the file that raised it."""
    crash = getattr(report.longrepr, "reprcrash", None)
    return (crash.message if crash else str(report.longrepr))[:1500], crash.path if crash else ""


def run_tests(plan: dict, trial: dict, changed: Path, send) -> None:
    """Run the tests of a trial in this process, with the package of the `changed` file in front."""
    signal.setitimer(signal.ITIMER_REAL, trial["limit"])
    tree = str(changed.parents[2])
    os.chdir(tree)
    sys.path.insert(0, tree)
    os.environ["PYTHONPATH"] = os.pathsep.join([tree, os.environ["PYTHONPATH"]])
    probe = Probe(changed, send)
    status = pytest.main([*plan["arguments"], *trial["tests"]], [probe])
    if not probe.fault and status > pytest.ExitCode.INTERRUPTED:
        probe.fault = f"pytest ended with status {int(status)}"
    outcome = "failed" if probe.fault else "passed"
    send(trial["module"], {"outcome": outcome, "message": probe.fault})


def run_trials(plan: dict, send) -> None:
    for trial in plan["trials"]:
        tell = partial(send, trial["name"])
        with tempfile.TemporaryDirectory(prefix="package-") as folder:
            package = Path(folder).resolve() / "tinytorch"
            shutil.copytree(plan["package"], package, ignore=shutil.ignore_patterns("__pycache__"))
            changed = package / "core" / f"{trial['module']}.py"
            changed.write_text(trial["source"], encoding="utf-8")
            death = worker.in_child(partial(run_tests, plan, trial, changed, tell))
        if death:
            tell(trial["module"], death)
        tell("", {})


if __name__ == "__main__":
    worker.work(run_trials)
