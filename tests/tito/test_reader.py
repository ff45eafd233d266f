"""How files of variants are read, and the sentence for each way in which one can be wrong."""

import pytest
from variant_files import add

from tito.script import exercises, read
from tito.variants.answers import read_answers
from tito.variants.reader import ALTERNATIVE, MUTANT, replaced


@pytest.fixture
def answers(toy):
    """What is read of the toy's `double` when a file holds this text, and what is wrong."""
    known = exercises(read(toy.script(toy.modules[0])))
    path = toy.answers(toy.modules[0]) / "double.py"

    def run(text):
        path.write_text(text, encoding="utf-8")
        problems = []
        found = read_answers(path.parent, known, problems)
        return [variant for variant in found if variant.group == "double"], problems

    return run


def cell(body, heading="mutant: tripled"):
    return f'# %% {heading}\n"""Thrice."""\n\n{body}\n'


def region(variant):
    """What stands in place of the solution, with its indentation."""
    return variant.source.partition("BEGIN SOLUTION\n")[2].rpartition("    ### END")[0]


def test_a_cell_holds_the_code_in_place_of_the_solution(answers):
    ((variant,), problems) = answers(cell("y = x + x\n\nreturn y + x  # thrice"))
    assert problems == []
    assert (variant.kind, variant.name, variant.why) == (MUTANT, "tripled", "Thrice.")
    assert variant.tests == ("double-test", "double-hidden")
    assert region(variant) == "    y = x + x\n\n    return y + x  # thrice\n"


def test_a_cell_says_what_is_replaced_by_what(answers):
    ((variant,), problems) = answers(cell('old = "2 * x"\nnew = "3 * x"'))
    assert problems == []
    assert region(variant) == "    return 3 * x\n"


def test_replacing_goes_on_where_old_and_new_come_again(answers):
    body = 'old = "2 * x"\nnew = "3 * y"\nold = "return"\nnew = """\\\ny = x\nreturn"""'
    ((variant,), problems) = answers(cell(body))
    assert problems == []
    assert region(variant) == "    y = x\n    return 3 * y\n"


def test_both_are_indented_like_the_line_in_which_old_begins(answers):
    body = 'old = "return 2 * x"\nnew = """\\\nif x:\n    return 2 * x\nreturn 0"""\n'
    body += 'old = "if x:\\n    return 2"\nnew = "while x:\\n    return 3"'
    ((variant,), problems) = answers(cell(body))
    assert problems == []
    assert region(variant) == "    while x:\n        return 3 * x\n    return 0\n"
    inside = "if x:\n    a = 1\n    return a\n"
    assert replaced(inside, "a = 1\nreturn a", "b = 2\n\nreturn b", "it") == (
        "if x:\n    b = 2\n\n    return b\n"
    )
    with pytest.raises(ValueError, match="does not stand in it"):
        replaced(inside, "a = 1\n    return a", "b", "it")


def test_mutants_come_before_alternatives_and_may_share_a_name(answers):
    right, wrong = cell("return x + x", "alternative: other"), cell("return x", "mutant: other")
    variants, problems = answers(right + wrong + cell("return 3 * x"))
    assert problems == []
    named = [(variant.kind, variant.name) for variant in variants]
    assert named == [(MUTANT, "other"), (MUTANT, "tripled"), (ALTERNATIVE, "other")]


WRONG = {
    "no docstring": ("# %% mutant: bare\nreturn 3 * x\n", "(mutant: bare) has no docstring"),
    "two of one name": (
        cell("return 3 * x") + cell("return x + 2 * x"),
        "line 5 (mutant: tripled) is the second of that name",
    ),
    "another kind": (
        cell("return 3 * x", "mutants: tripled"),
        "line 1 (mutants: tripled) is no mutant and no edge and no alternative: begin "
        "it with `# %% mutant: a_name` or `# %% edge: a_name` or `# %% alternative: a_name`",
    ),
    "no name": (cell("return 3 * x", "mutant"), "line 1 (mutant) is no mutant and"),
    "text before the first cell": (
        "import numpy\n" + cell("return 3 * x"),
        "line 1 (no heading) is no mutant and no edge",
    ),
    "no Python": (
        cell("return (3 * x"),
        "line 1 (mutant: tripled) does not parse: '(' was never closed: return (3 * x",
    ),
    "no Python where it stands": (
        cell("nonlocal x\nreturn x"),
        "line 1 (mutant: tripled) does not parse: name 'x' is parameter and nonlocal",
    ),
    "old not found": (
        cell('old = "2 * y"\nnew = "3 * y"'),
        "line 1 (mutant: tripled) wants to replace what does not stand in the reference "
        "solution: '2 * y'",
    ),
    "old found twice": (
        cell('old = "r"\nnew = "3 * y"'),
        "line 1 (mutant: tripled) wants to replace what stands 2 times in the reference",
    ),
    "empty old": (cell('old = ""\nnew = "3"'), "wants to replace what does not stand in"),
    "the same": (cell('old = "x"\nnew = "x"'), "changes nothing: old and new are the same"),
    "old alone": (cell('old = "2 * x"'), "(mutant: tripled) lacks new"),
    "new alone": (cell('new = "2 * x"'), "(mutant: tripled) lacks old before new"),
    "a slip in new": (cell('old = "2"\nnwe = "3"'), "gives no text to old, new: nwe = '3'"),
    "no text": (cell('old = "2"\nnew = 3'), "gives no text to old, new: new = 3"),
    "code as well": (
        cell('old = "2"\nnew = "3"\nreturn x'),
        "gives no text to old, new: return x",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_with_its_place(answers, name):
    text, problem = WRONG[name]
    variants, problems = answers(text + cell("return x + x", "alternative: good"))
    assert len(problems) == 1
    assert problems[0].startswith("01_pair/answers/double.py, line ")
    assert problem in problems[0]
    assert variants[-1].name == "good"  # one wrong cell does not hide the others


def test_a_file_is_named_after_an_exercise(toy):
    folder = toy.answers(toy.modules[0])
    add(folder / "duoble.py", "mutant: tripled", '"""Thrice."""\nreturn 3 * x')
    problems = []
    read_answers(folder, exercises(read(toy.script(toy.modules[0]))), problems)
    assert problems == [
        "01_pair/answers/duoble.py has a name that means nothing: files are called double, halve"
    ]
