"""A pytest plugin for `tito mutants --package`: what failed, and which file was under test.

The variable PACKAGE_PROBE names the JSON file it writes, PROBED_MODULE the module of the package.
"""

import json
import os
import sys
from pathlib import Path

import pytest

_content = {"file": "", "passed": 0, "failed": [], "collection": []}


def _failure(report) -> dict:
    crash = getattr(report.longrepr, "reprcrash", None)
    message = crash.message if crash else str(report.longrepr)
    return {"test": report.nodeid, "message": message, "path": crash.path if crash else ""}


def pytest_collection_modifyitems(items):
    """The quick tests first: most variants fail them, and a run ends after a few failures."""
    items.sort(key=lambda item: "quick" not in item.name)


def pytest_runtest_setup(item):
    """What the quick tests have caught needs no slow ones."""
    if _content["failed"] and "quick" not in item.name:
        item.session.shouldstop = "caught by quick tests"
        pytest.skip("caught by quick tests")


def pytest_collectreport(report):
    if report.failed:
        _content["collection"].append(_failure(report))


def pytest_runtest_logreport(report):
    if report.failed:
        _content["failed"].append(_failure(report))
    elif report.when == "call" and report.passed:
        _content["passed"] += 1


def pytest_sessionfinish():
    module = sys.modules.get(os.environ["PROBED_MODULE"])
    _content["file"] = getattr(module, "__file__", "")
    Path(os.environ["PACKAGE_PROBE"]).write_text(json.dumps(_content), encoding="utf-8")
