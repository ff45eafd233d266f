"""The student's side of the tool. It imports nothing of the instructors' and authors' folders."""

from tito import quick  # noqa: F401 - before the pages of this folder import nbformat
