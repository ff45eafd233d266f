"""The page a student gets: what it says, what it keeps to itself, and that nothing in it runs."""

import html
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from grading.hostile import MARKUP, PIXEL, poison

from tito.grading.engine.plan import Request, grade
from tito.grading.results import safe_html
from tito.help import folded

HIDDEN = ("np.array([3.0, -1.0])", "halve(3)")
NO_HINT = "def double(x): return None"


class Parsed(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def loaded(self):
        """All that a browser would fetch or follow by itself."""
        names = ("src", "srcset", "data", "poster", "background", "action", "srcdoc")
        found = [attrs[name] for _, attrs in self.tags for name in names if name in attrs]
        return found + [attrs.get("href") for tag, attrs in self.tags if tag in ("link", "base")]


def check_quiet(parsed: Parsed) -> None:
    """Nothing in a page runs or is loaded."""
    tags = {tag for tag, _ in parsed.tags}
    assert not tags & {"script", "iframe", "object", "embed", "svg", "math", "form", "link", "base"}
    names = {name for _, attrs in parsed.tags for name in attrs}
    assert not [name for name in names if name.startswith("on")]
    assert all(re.match(r"data:image/(png|jpeg);base64,", place) for place in parsed.loaded())
    links = [attrs["href"] for tag, attrs in parsed.tags if tag == "a" and "href" in attrs]
    assert all(re.match(r"https?:|mailto:|#", link) for link in links)


@pytest.fixture(scope="module")
def room(built, tmp_path_factory):
    """A class of three: hostile, mistaken and right."""
    room = built.copy(tmp_path_factory.mktemp("feedback") / "course")
    room.submit("hostile", room.pair, poison(room.answers(room.pair)))
    wrong = {"double": NO_HINT, "halve": "def halve(x):\n    y = x\n    return z"}
    mistaken = room.source(room.pair)  # with its figure
    for cell in mistaken.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = wrong.get(grade_id, cell.source)
        cell.source = cell.source.replace("double(np.arange(4.0))", "[1, 2]")
    room.submit("mistaken", room.pair, mistaken)
    room.submit("right", room.pair, room.answers(room.pair))
    results = grade(room.course, Request([room.pair]))
    assert [result.problem for result in results] == ["", "", ""]
    return room


def page(room, student: str) -> str:
    return (room.course.root / "feedback" / student / "01_pair" / "pair.html").read_text()


@pytest.mark.parametrize("student", ["hostile", "mistaken", "right"])
def test_nothing_runs_and_nothing_is_loaded(room, student):
    parsed = Parsed(page(room, student))
    check_quiet(parsed)
    policy = next(attrs for _, attrs in parsed.tags if "http-equiv" in attrs)
    assert policy["content"].startswith("default-src 'none'")


def test_what_was_tried_is_shown_as_text(room):
    text = Parsed(page(room, "hostile")).text
    for name in ("script", "printed", "in an error", "code"):
        assert f"<script>alert('{name}')</script>" in text


def test_hidden_tests_are_not_quoted(room):
    """Neither printed from the kernel's history, nor in an error's message, nor its traceback."""
    for student in ("hostile", "mistaken", "right"):
        source = html.unescape(page(room, student))
        text = Parsed(page(room, student)).text
        for secret in HIDDEN:
            assert secret not in source
            assert secret not in text
        assert "Also graded: other numbers." in text
    assert "[hidden test]" in Parsed(page(room, "hostile")).text


def test_the_summary_says_why_and_what_to_try(room):
    """Each exercise with points, the reason in parts, the own line, and the notebook's hint."""
    text = Parsed(page(room, "mistaken")).text
    table = text[text.index("Exercise by exercise") : text.index("Your notebook")]
    assert "double 0 of 5" in table
    assert "test 0/2" in table
    assert "hidden test 0/3" in table
    assert "got None (is a return missing, or was it never set?)" in table
    assert "the notebook's hint on got: None Is a return missing?" in table
    assert "in line 3 of your cell halve: return z" in table
    assert "all 0 of 10" in table
    right = Parsed(page(room, "right")).text
    assert "double 5 of 5 points test 2/2" in right.replace("5 of 5 test", "5 of 5 points test")


def test_tests_are_headed_by_their_exercise(room):
    text = Parsed(page(room, "mistaken")).text
    assert "double, test: 0 of 2 points" in text
    assert "double, hidden test: 0 of 3 points" in text
    assert "Test cell" not in text


def test_pictures_are_kept_and_described(room):
    shown = {"src": f"data:image/png;base64,{PIXEL}", "alt": "a picture"}
    assert ("img", shown) in Parsed(page(room, "hostile")).tags


def test_that_a_figure_is_not_drawn_is_said(room):
    parsed = Parsed(page(room, "mistaken"))
    assert "(a figure, which your notebook draws and grading does not)" in parsed.text
    assert "img" not in {tag for tag, _ in parsed.tags}


def test_nbgrader_makes_the_same_page(room):
    """`nbgrader generate_feedback` reads the same configuration."""
    before = {student: page(room, student) for student in ("hostile", "mistaken", "right")}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", "01_pair", "--force"],
        cwd=room.course.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for student, ours in before.items():
        assert page(room, student) == ours


@pytest.mark.parametrize("text", MARKUP, ids=range(len(MARKUP)))
def test_markdown_is_harmless(text):
    check_quiet(Parsed(safe_html.markdown2html(text)))


def test_markdown_is_still_markdown():
    text = (
        "**a** [b](https://example.org) `c`\n\n| d |\n|---|\n| e |\n\n<details><summary>f</summary>"
    )
    parsed = Parsed(safe_html.markdown2html(text))
    tags = {tag for tag, _ in parsed.tags}
    assert tags >= {"strong", "a", "code", "table", "details", "summary"}


def test_folds_within_folds_are_shown_as_such():
    steps = {"The idea": "Look.", "got: 1": "Add `x`:\n\n```python\ny = x\n```", "got: 2": "Stop."}
    shown = safe_html.markdown2html(folded(steps))
    assert shown.count("<details>") == shown.count("</details>") == 4
    _, _, hints = shown.partition("<summary>Messages of the tests</summary>")
    assert hints.index("<code>x</code>") < hints.index("<summary>got: 2</summary>")
    assert "<pre" in hints
    assert "&lt;" not in shown
