"""How a page is made: a template with automatic escaping, in one file that loads nothing.

The templates lie in `templates/`. What they get is text; only what this page or `safe_html` has
made goes in as markup. The page's own policy forbids scripts and loading, should anything slip
through.
"""

import functools

import jinja2
from markupsafe import Markup
from nbconvert.filters import ansi2html
from nbconvert.filters.highlight import Highlight2HTML
from pygments.formatters import HtmlFormatter

from tito.grading.results import safe_html
from tito.terminal import visible


def render(template: str, **values: object) -> str:
    """The page of a template in `templates/`, filled in."""
    return _templates().get_template(template).render(**values)


@functools.cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("tito.grading.results"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"markdown": markdown, "code": code, "terminal": terminal}
    environment.filters |= {"num": number, "visible": visible}
    environment.globals |= {"highlighting": highlighting, "share": share}
    return environment


# Most cells of a class are the same: each is made into HTML once.
@functools.lru_cache(maxsize=10_000)
def markdown(text: str) -> Markup:
    """Markdown as harmless HTML."""
    return Markup(safe_html.markdown2html(text))


@functools.cache
def _highlighter() -> Highlight2HTML:
    return Highlight2HTML(pygments_lexer="python")


@functools.lru_cache(maxsize=10_000)
def code(source: str) -> Markup:
    """Python with its parts in spans; Pygments escapes it."""
    return Markup(_highlighter()(source))


def terminal(text: str) -> Markup:
    """What a terminal would show, colours as spans; nbconvert escapes it."""
    return Markup(ansi2html(text))


def number(value: float) -> str:
    """A number of points: 2, 2.5, 0.33."""
    return f"{round(value, 2):g}"


def share(points: float, most: float) -> float:
    """Points as a share of the most there are, between 0 and 1."""
    return min(1.0, max(0.0, points / most)) if most else 1.0


@functools.cache
def highlighting(style: str) -> Markup:
    """The colours of highlighted code, as rules of a style sheet."""
    return Markup(HtmlFormatter(style=style).get_style_defs(".highlight"))
