"""Grading a class: sanitise -> execute -> score, with nbgrader's own parts."""

from tito import quick  # noqa: F401 - makes the imports of nbgrader below take 0.3 s
