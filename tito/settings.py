"""The course's settings that students' copies are made with, and their own `nbgrader_config.py`."""

from collections.abc import Iterable
from pathlib import Path

from tito.catalog import Module
from tito.course import Course, nbgrader_config

NBGRADER_CONFIG = """\
# Written by `tito start`: with it the Validate button does what grading does.
c = get_config()  # noqa: F821 - nbgrader gives it to this file
c.Execute.kernel_name = "tinytorch"
c.Execute.timeout = {timeout}
c.Execute.startup_timeout = 60
c.Execute.shutdown_kernel = "immediate"
"""
EXCHANGE_CONFIG = """\

import os  # noqa: E402

# Assignment List, `nbgrader fetch_assignment`, `submit` and `fetch_feedback` use this folder.
c.CourseDirectory.course_id = {course_id!r}
c.Exchange.root = {root!r}
# This folder, whichever one JupyterLab was started in (on a hub, the user's home).
c.Exchange.assignment_dir = os.path.dirname(os.path.abspath(__file__))
"""


def cell_limit(course: Course) -> float:
    """The seconds that grading gives a cell."""
    settings = nbgrader_config(course).Execute
    return settings.timeout if "timeout" in settings else 60


def unlocked_worth(course: Course) -> float:
    """The share of its points that an exercise keeps whose answer was unlocked."""
    return float(nbgrader_config(course).Unlocking.get("worth", 0.0))


def unlockable(course: Course, module: Module) -> bool:
    """Whether grading knows that students can unlock the answers of a module."""
    return is_named(module.folder, nbgrader_config(course).Unlocking.get("modules", []))


def is_named(folder: str, names: Iterable[str]) -> bool:
    """Whether a module's folder, "02_autograd", is among names such as "02" and "autograd"."""
    number, _, stem = folder.partition("_")
    return not {folder, number, stem}.isdisjoint(names)


def student_config(course: Course, folder: Path | None) -> str:
    """The nbgrader_config.py of a student; `folder` is the exchange, if students have one."""
    text = NBGRADER_CONFIG.format(timeout=cell_limit(course))
    if folder is None:
        return text
    course_id = nbgrader_config(course).CourseDirectory.get("course_id", "tinytorch")
    return text + EXCHANGE_CONFIG.format(course_id=course_id, root=str(folder))
