"""How a course is graded: its nbgrader_config.py, with what the grading kernel must know of it."""

import warnings

from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from tito.course import Course, nbgrader_config


def configuration(course: Course) -> Config:
    """The course's nbgrader_config.py, with the course made known to the grading kernel."""
    warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's, of no consequence
    config = nbgrader_config(course)
    config.GradingProvisioner.course = course
    return config
