"""What several folders of tests share."""

import shutil
from pathlib import Path

import pytest

from tito.catalog import Module
from tito.course import Course

ROOT = Path(__file__).resolve().parent.parent
TOY_CATALOG = (
    Module(1, "pair", "Pairs", {"": ("double", "Pair")}, points=10, minutes=10),
    Module(2, "total", "Totals", {"nn": ("total",)}, imports=(1,), points=5, minutes=10),
    Module(3, "later", "Later", {"nn": ("Later",)}, imports=(1, 2), planned=True),
)


@pytest.fixture
def toy(tmp_path) -> Course:
    """A course of two tiny modules in a folder of its own, not built yet."""
    shutil.copytree(ROOT / "tests" / "tito" / "toy", tmp_path / "course")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path / "course")
    return Course(tmp_path / "course", TOY_CATALOG)
