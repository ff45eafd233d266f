"""The help of a module, `help.md` beside its script: for each exercise, steps that are folded.

    # Help for module 02

    ## unbroadcast            (the grade id of an exercise)

    ### How do I begin?       (a step: what is shown of it while it is folded)

    Its text, in Markdown.

The build puts the steps at the end of the cell that announces the exercise: the first two, and in a
fold by themselves those titled by messages, since such a title tells of a trap.
"""

import html
import re

from tito.errors import Mistake

BEGIN, IDEA = FIRST = ("How do I begin?", "The idea")  # the first steps of every exercise
MESSAGES = "Messages of the tests"  # the title of the fold that holds all other steps
_INNERMOST = re.compile(
    r"<details>\s*<summary>((?:(?!</summary>).)*)</summary>((?:(?!</?details>).)*)</details>",
    re.DOTALL,
)
_HEADING = re.compile(r"(?P<level>#{1,3}) +(?P<title>\S.*?) *$")

Steps = dict[str, str]  # {title: text}


def read(text: str) -> dict[str, Steps]:
    """The steps of each exercise, in order. Raises: Mistake naming the line that is wrong."""
    found: dict[str, Steps] = {}
    exercise, title, fenced = "", "", False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= line.startswith("```")
        heading = None if fenced else _HEADING.match(line)
        if not heading:
            if title:
                found[exercise][title] += f"{line}\n"
            elif line.strip():
                raise Mistake(f"help.md, line {number}: text stands below no `### title of a step`")
        elif heading["level"] == "##":
            exercise, title = heading["title"], ""
            _new(exercise, found, number)
            found[exercise] = {}
        elif heading["level"] == "###":
            title = heading["title"]
            _new(title, found.get(exercise, {}), number)
            if not exercise:
                raise Mistake(f"help.md, line {number}: a step stands above the first exercise")
            found[exercise][title] = ""
    return {name: {t: body.strip() for t, body in s.items()} for name, s in found.items()}


def unfolded(markdown: str) -> str:
    """A Markdown text without what is folded in it."""
    while (less := _INNERMOST.sub("", markdown)) != markdown:
        markdown = less
    return markdown


def steps_in(markdown: str) -> list[tuple[str, str]]:
    """(title, text) of what is folded in a Markdown text; a fold of folds is none."""
    return [
        (html.unescape(" ".join(title.split())), text.strip())
        for title, text in _INNERMOST.findall(markdown)
    ]


def _new(name: str, known: dict, number: int) -> None:
    if name in known:
        raise Mistake(f"help.md, line {number}: {name!r} stands there twice")


def folded(steps: Steps) -> str:
    """The steps as Markdown: a fold each, of which a reader sees the title first."""
    first = [_fold(title, text) for title, text in steps.items() if title in FIRST]
    hints = [_fold(title, text) for title, text in steps.items() if title not in FIRST]
    return "\n\n".join([*first, *([_fold(MESSAGES, "\n\n".join(hints))] if hints else [])])


def _fold(title: str, text: str) -> str:
    """One fold. What is between the tags is read as Markdown only behind an empty line."""
    return f"<details><summary>{html.escape(title, quote=False)}</summary>\n\n{text}\n\n</details>"
