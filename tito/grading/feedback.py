"""What students read: nbgrader's feedback pages, without scripts and without hidden tests.

`nbgrader_config.py` names the parts of this page. Everything in a graded notebook comes from a
student or from code that a student wrote, and an instructor opens it in a browser.
"""

import re
from typing import Any

import bleach
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.filters import markdown2html_mistune
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor

from tito.grading import sanitise
from tito.script import BEGIN_HIDDEN

_WORDS = re.compile(r"\w+")
_TAGS = bleach.ALLOWED_TAGS | set(
    _WORDS.findall(
        "p br hr pre span div h1 h2 h3 h4 h5 h6 img table thead tbody tr th td details summary "
        "dl dt dd del sub sup"
    )
)
_ATTRIBUTES = {
    "*": ["class", "id", "style", "title"],
    "a": ["href"],
    "img": ["src", "alt", "width", "height"],
    "td": ["align"],
    "th": ["align"],
}
_STYLES = CSSSanitizer(allowed_css_properties=["text-align", "color", "width", "height"])
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


def markdown2html(source: str) -> str:
    """The HTML of a Markdown text, without anything that runs."""
    return bleach.clean(markdown2html_mistune(source), _TAGS, _ATTRIBUTES, css_sanitizer=_STYLES)


class Clean(NbGraderPreprocessor):
    """Leaves of a cell's outputs what cannot run in a browser, and nothing of a hidden test."""

    def preprocess(self, nb: NotebookNode, resources: Any):
        """The notebook, cleaned, with what was mended in it at the top."""
        for cell in nb.cells:
            if cell.cell_type == "code":
                cleaned = [_clean(out, BEGIN_HIDDEN in cell.source) for out in cell.outputs]
                cell.outputs = [out for out in cleaned if out.get("data", True)]
        remarks = [sanitise.blocked(nb), *sanitise.notes(nb)]
        lines = [f"- {_escape(remark)}" for remark in remarks if remark]
        if lines:
            nb.cells.insert(0, new_markdown_cell("\n".join(["**Please note**", "", *lines])))
        return nb, resources


def _clean(out: NotebookNode, is_hidden: bool) -> NotebookNode:
    if out.output_type == "error" and is_hidden:
        out.traceback = [f"{out.ename}: {out.evalue}"]  # the real one quotes the test
    elif out.output_type in ("display_data", "execute_result"):
        out.data = {kind: value for kind, value in out.data.items() if _is_harmless(kind, value)}
        out.metadata = {}
    return out


def _is_harmless(kind: str, value: Any) -> bool:
    if kind in ("image/png", "image/jpeg"):
        return isinstance(value, str) and _BASE64.fullmatch(value) is not None
    return kind == "text/plain"


def _escape(text: str) -> str:
    """Words from a student's file as plain text in Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>$&~])", r"\\\1", text)
