"""What several folders of tests share."""

import shutil
from pathlib import Path

import pytest

from tito.authoring.build import build
from tito.catalog import Module
from tito.course import Course

ROOT = Path(__file__).resolve().parent.parent
TOY_CATALOG = (
    Module(1, "pair", "Pairs", {"": ("double", "Pair")}, points=10, minutes=10),
    Module(2, "total", "Totals", {"nn": ("total",)}, imports=(1,), points=5, minutes=10),
    Module(3, "later", "Later", {"nn": ("Later",)}, imports=(1, 2), planned=True),
)


def _copy_toy(folder: Path) -> Course:
    shutil.copytree(ROOT / "tests" / "tito" / "toy", folder)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return Course(folder, TOY_CATALOG)


@pytest.fixture
def toy(tmp_path) -> Course:
    """A course of two tiny modules in a folder of its own, not built yet."""
    return _copy_toy(tmp_path / "course")


@pytest.fixture(scope="session")
def built_toy(tmp_path_factory) -> Course:
    """The same course, built, for tests that only read it."""
    course = _copy_toy(tmp_path_factory.mktemp("built") / "course")
    build(course)
    return course
