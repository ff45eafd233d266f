"""`help.md`: how the folded help of exercises is read, and where the build puts it."""

import nbformat
import pytest

from tito import help
from tito.authoring import build
from tito.errors import Mistake
from tito.script import joined

HELP = """# Help for module 01

## double

### How do I begin?

With $x$:

```python
### no title
y = x
```

### got: 1 < 2

Twice.

## halve

### The idea

Half.
"""
CELLS = """# %% [markdown]
# **Exercise 1 · easy · 5 minutes.** Fill in `double`.

# %%
x = 1

# %% [markdown]
# Between.

# %% nbgrader={"grade_id": "double", "solution": true}
def double(x): ...

# %% [markdown]
# **Stretch 1 · hard · 5 minutes.** Fill in `halve`.

# %% nbgrader={"grade_id": "halve", "solution": true}
def halve(x): ...
"""


def test_the_steps_of_each_exercise_are_read_in_order():
    assert help.read(HELP) == {
        "double": {
            "How do I begin?": "With $x$:\n\n```python\n### no title\ny = x\n```",
            "got: 1 < 2": "Twice.",
        },
        "halve": {"The idea": "Half."},
    }
    assert help.read("") == {}


def test_they_stand_folded_where_the_exercise_is_announced():
    cells = joined(CELLS, helping=HELP).cells
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    assert texts[0].startswith("**Exercise 1")
    assert texts[0].endswith(
        "<details><summary>Messages of the tests</summary>\n\n"
        "<details><summary>got: 1 &lt; 2</summary>\n\nTwice.\n\n</details>\n\n</details>"
    )
    assert help.unfolded(texts[0]).strip() == "**Exercise 1 · easy · 5 minutes.** Fill in `double`."
    assert texts[1] == "Between."
    assert texts[2].endswith(
        "`halve`.\n\n<details><summary>The idea</summary>\n\nHalf.\n\n</details>"
    )
    assert help.unfolded(texts[2]).strip() == "**Stretch 1 · hard · 5 minutes.** Fill in `halve`."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("words\n", "line 1: text stands below no `### title of a step`"),
        ("## double\n\nwords\n", "line 3: text stands below no"),
        ("### The idea\n", "line 1: a step stands above the first exercise"),
        (HELP + "## double\n", "'double' stands there twice"),
        (HELP + "### The idea\n", "'The idea' stands there twice"),
        (HELP + "## third\n", "help.md helps with `third`, but the script has no such exercise"),
    ],
)
def test_what_is_wrong_is_said(text, message):
    with pytest.raises(Mistake, match=message):
        joined(CELLS, helping=text)


def test_the_release_holds_the_help(built_toy):
    cells = nbformat.read(built_toy.release(built_toy.modules[0]), as_version=4).cells
    assert sum("<summary>got: None</summary>" in cell.source for cell in cells) == 1


def test_a_module_without_help_is_built(toy):
    toy.script(toy.modules[0]).with_name("help.md").unlink()
    assert "source/01_pair/pair.ipynb" in build.build(toy)
