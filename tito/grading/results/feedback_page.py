"""What students read: a page of their marks, with reasons and hints, above their graded notebook.

`nbgrader_config.py` names `FeedbackExporter`, so that `nbgrader generate_feedback` and `tito grade`
make the same page. Of a hidden test it shows what the test covers and why it failed, not its code.
"""

import re
from collections.abc import Callable
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import default

from tito.grading.intake import submission
from tito.grading.intake.source import Source, source_of
from tito.grading.results import pages
from tito.grading.results.marks import CellMark, Mark, marks_of
from tito.grading.results.safe_html import IMAGES, harmless
from tito.script import GIVEN

_FIGURE = re.compile(r"<Figure size [\d.]+x[\d.]+ with \d+ Axes>")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
Hide = Callable[[str], str]


class FeedbackExporter(Exporter):
    """Makes the page of a graded notebook; nbgrader's GetGrades has put the points into it."""

    export_from_notebook = "Feedback"

    @default("file_extension")
    def _html(self) -> str:
        return ".html"

    # As nbconvert's own exporters of pages, it gives a text where the base says a notebook.
    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any = None, **options: Any
    ) -> tuple[str, Any]:
        """The page, as text, and the resources."""
        nb, resources = super().from_notebook_node(nb, resources, **options)
        names = resources["nbgrader"]
        source = source_of(names, self)
        marks = resources.get("marks") or marks_in(nb, source)  # `tito grade` has made them
        return page(nb, source, names, marks), resources


def marks_in(done: NotebookNode, source: Source) -> list[Mark]:
    """The marks of a graded notebook that holds its points."""
    grades = {
        cell.metadata.nbgrader.grade_id: (
            cell.metadata.nbgrader.score,
            cell.metadata.nbgrader.points,
        )
        for cell in done.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    return marks_of(source, done, grades)


def page(done: NotebookNode, source: Source, names: dict[str, Any], marks: list[Mark]) -> str:
    """The page of a graded notebook.

    names: what nbgrader knows: student, score, max_score and late_penalty.
    """
    titles = [_TITLE.search(cell.source) for cell in source.cells if cell.kind == "markdown"]
    title = next((found[1] for found in titles if found), str(names["notebook"]))
    return pages.render(
        "feedback.html.j2",
        title=title,
        student=names["student"],
        score=names["score"],
        max_score=names["max_score"],
        late_penalty=names["late_penalty"],
        notes=submission.remarks(done),
        marks=marks,
        cells=_cells(done, source, marks),
    )


def _cells(done: NotebookNode, source: Source, marks: list[Mark]) -> list[dict]:
    """What the template shows of each cell."""
    given = {cell.source for cell in source.cells if GIVEN in cell.tags}
    answers = {mark.exercise: (number, mark) for number, mark in enumerate(marks, 1)}
    graded = {cell.name: (mark, cell) for mark in marks for cell in mark.cells}
    rows = []
    for cell in done.cells:
        metadata = cell.metadata.get("nbgrader", {})
        number, answered = answers.get(metadata.get("grade_id"), (None, None))
        mark, tested = graded.get(metadata.get("grade_id"), (answered, None))
        rows.append(
            {
                "kind": cell.cell_type,
                "source": cell.source,
                "folded": cell.source in given,
                "answer": number,
                "exercise": mark.exercise if mark else "",
                "points": mark.points if mark else 0,
                "max_points": mark.max_points if mark else 0,
                "mark": tested,
                "unlocked": mark is not None and mark.is_unlocked,
                "comment": metadata.get("comment"),
                "outputs": _outputs(cell, tested, source.hide) if cell.cell_type == "code" else [],
            }
        )
    return rows


def _outputs(cell: NotebookNode, tested: CellMark | None, hide: Hide) -> list[dict]:
    """What the template shows of a cell's outputs. Those of a hidden test could quote it."""
    if tested and tested.is_hidden:
        return []
    return [_output(out, hide) for out in harmless(cell.outputs)]


def _output(out: NotebookNode, hide: Hide) -> dict:
    if out.output_type == "error":
        text = hide("\n".join(map(str, out.traceback)))
        return {"name": str(out.ename), "traceback": text or str(out.evalue)}
    if out.output_type == "stream":
        return {"text": hide(out.text)}
    described = hide(str(out.data.get("text/plain", "")))
    for kind in IMAGES:
        if kind in out.data:
            alt = f"a picture that the code above shows: {described}" if described else "a picture"
            return {"image": "".join(out.data[kind].split()), "kind": kind, "alt": alt}
    if _FIGURE.fullmatch(described):
        return {"text": "(a figure, which your notebook draws and grading does not)"}
    return {"text": described}
