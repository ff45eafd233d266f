"""What students wrote, made harmless to look at in a browser.

Everything in a graded notebook comes from a student or from code that a student wrote, and an
instructor opens it. `nbgrader_config.py` names the parts of this page for formgrader, and feedback
pages use the same ones. What is not known to be harmless is left out.
"""

import html
import re
from typing import Any

import bleach
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

IMAGES = ("image/png", "image/jpeg")
_WORDS = re.compile(r"\w+")
_TAGS = bleach.ALLOWED_TAGS | set(
    _WORDS.findall(
        "p br hr pre span div h1 h2 h3 h4 h5 h6 img table thead tbody tr th td details summary "
        "dl dt dd del sub sup"
    )
)
# No address is loaded without a click: images are in the page, or they are not shown.
_IMAGE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=]*")
_LINK = re.compile(r"https?://|mailto:|#", re.IGNORECASE)
_STYLES = CSSSanitizer(allowed_css_properties=["text-align", "color", "width", "height"])
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


_PROTOCOLS = {*bleach.ALLOWED_PROTOCOLS, "data"}


def _of_image(tag: str, name: str, value: str) -> bool:
    return name in ("alt", "width", "height") or (
        name == "src" and _IMAGE.fullmatch(value) is not None
    )


def _of_link(tag: str, name: str, value: str) -> bool:
    return name == "href" and _LINK.match(value) is not None


_ATTRIBUTES = {
    "*": ["class", "id", "style", "title"],
    "a": _of_link,
    "img": _of_image,
    "td": ["align"],
    "th": ["align"],
}


class _Renderer(IPythonRenderer):
    """nbconvert's, which raises where an attachment is missing: none are kept, so none is shown."""

    def _embed_image_or_attachment(self, src: str) -> str:
        return src


def markdown2html(source: str) -> str:
    """The HTML of a Markdown text, without anything that runs or is loaded. Never raises."""
    try:
        made = MarkdownWithMath(renderer=_Renderer(escape=False)).render(source)
        return bleach.clean(made, _TAGS, _ATTRIBUTES, _PROTOCOLS, css_sanitizer=_STYLES)
    except Exception:  # noqa: BLE001 - parsers fail on hostile texts in many ways, RecursionError too
        return f"<pre>{html.escape(source)}</pre>"


class Harmless(NbGraderPreprocessor):
    """Leaves of the cells' outputs what cannot run in a browser: text and pictures."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """The notebook with harmless outputs, and nothing attached to its cells."""
        for cell in nb.cells:
            cell.pop("attachments", None)
            if cell.cell_type == "raw":
                cell.cell_type = "markdown"
            if cell.cell_type == "code":
                cell.outputs = harmless(cell.outputs)
        nb.metadata.pop("widgets", None)
        return nb, resources


def harmless(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Of a cell's outputs the text, the errors, and the pictures that are nothing else."""
    for out in outputs:
        if "data" in out:
            out.data = {kind: value for kind, value in out.data.items() if _is_safe(kind, value)}
            out.metadata = {}  # a width is written into the page as it is
    return [out for out in outputs if out.get("data", True)]


def _is_safe(kind: str, value: Any) -> bool:
    if kind in IMAGES:
        return isinstance(value, str) and _BASE64.fullmatch(value) is not None
    return kind == "text/plain"
